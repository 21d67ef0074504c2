import QtQuick

// A question's label, hint and error around whatever answers it.
Column {
    id: box

    property var question
    readonly property string error: form.errors[question.name] || ""

    spacing: 10

    Words {
        width: parent.width
        text: box.question.required ? box.question.label : qsTr("%1（选填）").arg(box.question.label)
        font.pixelSize: 40
        font.weight: Font.Bold
    }
    Words {
        width: parent.width
        visible: text !== ""
        text: box.question.hint
        color: Theme.inkSoft
        font.pixelSize: Theme.small
    }
    Row {
        visible: box.error !== ""
        width: parent.width
        spacing: 14
        Glyph {
            name: "warning"
            size: 44
            color: Theme.signal
        }
        Words {
            width: parent.width - 58
            text: box.error
            color: Theme.signal
            font.pixelSize: Theme.small
            font.weight: Font.Bold
        }
    }
}
