import QtQuick

// A button that says what happens. Primary: filled; otherwise outlined.
Tap {
    id: action

    property bool primary: true
    property string icon
    readonly property color foreground: !enabled ? Theme.inkSoft : primary ? Theme.paper : Theme.pine

    implicitHeight: Math.max(Theme.button, words.implicitHeight + 40)
    implicitWidth: 400

    Rectangle {
        anchors.fill: parent
        radius: 8
        color: !action.enabled ? Theme.paperDeep : action.primary ? (action.held ? Theme.pineDeep : Theme.pine) : (action.held ? Theme.pineTint : "transparent")
        border.width: action.primary && action.enabled ? 0 : 3
        border.color: action.enabled ? Theme.pine : Theme.rule
    }

    Row {
        anchors.centerIn: parent
        spacing: 22

        Glyph {
            anchors.verticalCenter: parent.verticalCenter
            visible: action.icon !== ""
            name: action.icon
            size: 52
            color: action.foreground
        }

        Words {
            id: words
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, action.width - (action.icon !== "" ? 74 : 0) - 56)
            text: action.label
            color: action.foreground
            font.pixelSize: 42
            font.weight: Font.Bold
            lineHeight: 0.9
            horizontalAlignment: Text.AlignHCenter
        }
    }
}
