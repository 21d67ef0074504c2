import QtQuick

// The classes of services, to narrow a long list by. One press chooses, a press on the chosen one undoes it.
Flow {
    id: chips

    property var classes: []
    property string chosen

    spacing: 16

    Repeater {
        model: chips.classes
        Tap {
            id: chip
            required property string modelData
            required property int index
            readonly property bool on: chips.chosen === modelData
            objectName: "class_" + index
            label: modelData
            width: words.width + 64
            height: Theme.touch
            Accessible.checkable: true
            Accessible.checked: on
            onTapped: chips.chosen = on ? "" : modelData

            Rectangle {
                anchors.fill: parent
                radius: height / 2
                color: chip.on ? Theme.pine : chip.held ? Theme.pineTint : Theme.white
                border.width: 3
                border.color: Theme.pine
            }
            Text {
                id: words
                anchors.centerIn: parent
                text: chip.modelData
                color: chip.on ? Theme.white : Theme.pine
                font.family: Theme.sans
                font.pixelSize: Theme.body
                font.weight: Font.Medium
            }
        }
    }
}
