import QtQuick

// What the office tells everybody: calm, short, the gravest first.
Column {
    id: strip

    property int most: 2

    visible: house.announcements.length > 0
    spacing: 12

    Repeater {
        model: house.announcements.slice(0, strip.most)
        Item {
            id: line
            required property var modelData
            readonly property color tone: modelData.grave ? Theme.signal : Theme.pine
            width: strip.width
            height: words.height + 32

            Rectangle {
                anchors.fill: parent
                color: line.modelData.grave ? Theme.signalTint : Theme.pineTint
            }
            Glyph {
                x: 24
                y: 16
                size: 44
                name: line.modelData.grave ? "warning" : "notice"
                color: line.tone
            }
            Words {
                id: words
                x: 92
                y: 16
                width: strip.width - x - 24
                text: line.modelData.text
                color: Theme.ink
                font.pixelSize: 34
            }
        }
    }
}
