import QtQuick

// An answer that the card gave: to read, not to change.
Item {
    id: fixed

    property var question
    height: column.height

    Column {
        id: column
        width: parent.width
        spacing: 4
        Words {
            width: parent.width
            text: fixed.question.label
            color: Theme.inkSoft
            font.pixelSize: Theme.small
        }
        Words {
            width: parent.width
            text: form.values[fixed.question.name] || ""
            font.pixelSize: 40
        }
        Rectangle {
            width: parent.width
            height: 2
            color: Theme.rule
        }
    }
}
