import QtQuick

// A seal: what was decided, in one character. ``solid`` for a decision, outlined for one that is still to come.
Rectangle {
    id: seal

    property string character
    property bool solid: true
    property color tone: Theme.pine

    width: 200
    height: 200
    radius: 12
    color: solid ? tone : "transparent"
    border.width: 8
    border.color: tone

    Rectangle {
        anchors.fill: parent
        anchors.margins: 16
        radius: 4
        color: "transparent"
        border.width: 2
        border.color: seal.solid ? Theme.paper : seal.tone
    }
    Text {
        anchors.centerIn: parent
        text: seal.character
        color: seal.solid ? Theme.paper : seal.tone
        font.family: Theme.serif
        font.pixelSize: seal.width * 0.56
        font.weight: Font.Bold
    }
}
