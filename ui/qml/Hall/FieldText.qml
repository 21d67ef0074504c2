import QtQuick

// Text, number, telephone or several lines, written on the virtual keyboard.
FieldBox {
    id: field

    readonly property bool multiline: question.kind === "multiline"
    readonly property bool numeric: question.kind === "number" || question.kind === "phone" || question.keyboard === "digits"
    readonly property Item editor: multiline ? many : one
    // Sensitive: the keyboard's engine must not learn from what a resident writes.
    readonly property int hints: Qt.ImhSensitiveData | Qt.ImhNoAutoUppercase | (question.kind === "number" ? Qt.ImhFormattedNumbersOnly : numeric ? Qt.ImhDigitsOnly : question.keyboard === "latin" ? (Qt.ImhLatinOnly | Qt.ImhNoPredictiveText) : Qt.ImhNone)
    signal focused

    function take() {
        const text = known === undefined || known === null ? "" : String(known);
        if (!editor.activeFocus && editor.text !== text)
            editor.text = text;
    }
    function tell() {
        act.answer(question.name, question.kind, editor.text);
    }
    function focusEditor() {
        editor.forceActiveFocus();
        Qt.inputMethod.show();
    }

    Component.onCompleted: take()
    readonly property var known: form.values[question.name]
    onKnownChanged: take()

    Row {
        width: parent.width
        spacing: 20

        Item {
            id: frame
            objectName: "field_" + field.question.name
            readonly property bool tappable: true
            readonly property Item editor: field.editor
            width: parent.width - (unit.visible ? unit.width + 20 : 0)
            height: field.multiline ? 220 : Theme.touch

            Rectangle {
                anchors.fill: parent
                radius: 8
                color: Theme.white
                border.width: field.editor.activeFocus ? 6 : 3
                border.color: field.error !== "" ? Theme.signal : field.editor.activeFocus ? Theme.pine : Theme.inkSoft
            }
            TextInput {
                id: one
                visible: !field.multiline
                anchors.fill: parent
                leftPadding: 30
                rightPadding: 30
                verticalAlignment: TextInput.AlignVCenter
                clip: true
                color: Theme.ink
                selectionColor: Theme.pine
                font.family: Theme.sans
                font.pixelSize: 44
                maximumLength: field.question.maxLength
                inputMethodHints: field.hints
                onTextEdited: field.tell()
                onActiveFocusChanged: if (activeFocus)
                    field.focused()
                onAccepted: {
                    focus = false;
                    Qt.inputMethod.hide();
                }
            }
            TextEdit {
                id: many
                visible: field.multiline
                anchors.fill: parent
                leftPadding: 30
                rightPadding: 30
                topPadding: 22
                clip: true
                color: Theme.ink
                selectionColor: Theme.pine
                font.family: Theme.sans
                font.pixelSize: 40
                wrapMode: TextEdit.Wrap
                inputMethodHints: field.hints | Qt.ImhMultiLine
                textFormat: TextEdit.PlainText
                onTextChanged: if (activeFocus)
                    field.tell()
                onActiveFocusChanged: if (activeFocus)
                    field.focused()
            }
        }
        Words {
            id: unit
            anchors.verticalCenter: frame.verticalCenter
            visible: text !== ""
            text: field.question.unit
            font.pixelSize: 40
        }
    }
}
