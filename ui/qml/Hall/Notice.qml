import QtQuick

// A sentence that must be seen: a bar at the left, an icon, words. ``bad`` only where something is wrong.
Item {
    id: notice

    property bool bad: false
    property string icon: bad ? "warning" : "dot"
    property string title
    property string text
    default property alias extra: column.data
    readonly property color tone: bad ? Theme.signal : Theme.pine

    width: parent ? parent.width : 0
    height: column.height + 56

    Rectangle {
        anchors.fill: parent
        color: notice.bad ? Theme.signalTint : Theme.pineTint
    }
    Rectangle {
        width: 10
        height: parent.height
        color: notice.tone
    }
    Glyph {
        x: 38
        y: 30
        size: 52
        name: notice.icon
        color: notice.tone
    }
    Column {
        id: column
        x: 116
        y: 28
        width: notice.width - x - 32
        spacing: 12
        Words {
            width: parent.width
            visible: text !== ""
            text: notice.title
            color: notice.tone
            font.weight: Font.Bold
        }
        Words {
            width: parent.width
            visible: text !== ""
            text: notice.text
        }
    }
}
