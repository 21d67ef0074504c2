import QtQuick

// One service: to press where it is possible now, and where it is not, why.
Tap {
    id: row

    property var offer
    property bool open: true // false on the attract screen: a list to read, not to press

    label: offer.name
    enabled: (offer.available || offer.readable) && open
    height: Math.max(Theme.touch, column.height + 56)

    Rectangle {
        anchors.fill: parent
        visible: row.open
        color: !row.offer.available ? "transparent" : row.held ? Theme.pineTint : Theme.white
        border.width: row.offer.available ? 3 : 2
        border.color: row.offer.available ? Theme.pine : Theme.rule
        radius: 8
    }

    Glyph {
        id: mark
        x: row.open ? 36 : 0
        y: 34
        size: 52
        name: row.offer.available ? (row.open ? "page" : "check") : "lock"
        color: row.offer.available ? Theme.pine : Theme.inkSoft
    }

    Column {
        id: column
        x: mark.x + 84
        y: 28
        width: row.width - x - (row.open ? 100 : 0)
        spacing: 8

        Words {
            width: parent.width
            text: row.offer.name
            color: row.offer.available ? Theme.ink : Theme.inkSoft
            font.pixelSize: 42
            font.weight: Font.Bold
        }
        Words {
            width: parent.width
            visible: text !== "" && row.offer.available
            text: row.offer.summary
            color: Theme.inkSoft
            font.pixelSize: Theme.small
        }
        Repeater {
            model: row.offer.reasons
            Words {
                required property string modelData
                width: column.width
                text: modelData
                color: row.offer.available ? Theme.pine : Theme.inkSoft
                font.pixelSize: Theme.small
            }
        }
        Words {
            width: parent.width
            visible: row.enabled && !row.offer.available
            text: qsTr("可以先看办事指南")
            color: Theme.pine
            font.pixelSize: Theme.small
        }
    }

    Glyph {
        anchors.right: parent.right
        anchors.rightMargin: 32
        anchors.verticalCenter: parent.verticalCenter
        visible: row.enabled
        name: row.offer.available ? "next" : "page"
        color: row.offer.available ? Theme.pine : Theme.inkSoft
    }
}
