import QtQuick
import Hall

Page {
    id: page

    property var placed: ({}) // field name -> its item, for the links of the summary

    function goTo(name) {
        const item = placed[name];
        if (!item)
            return;
        reveal(item);
        if (item.focusEditor)
            item.focusEditor();
    }

    title: form.title
    lead: form.editing ? qsTr("修改后将回到核对页。") : form.pages > 1 ? qsTr("申请表第 %1 页，共 %2 页").arg(form.page + 1).arg(form.pages) : ""

    readonly property var mistakes: form.errorList
    onMistakesChanged: if (mistakes.length > 0)
        scroll.contentY = 0
    readonly property int number: form.page
    onNumberChanged: scroll.contentY = 0

    Notice {
        visible: form.errorList.length > 0
        bad: true
        title: qsTr("有 %1 处需要修改").arg(form.errorList.length)

        Repeater {
            model: form.errorList
            Tap {
                id: link
                required property var modelData
                objectName: "error_" + modelData.field
                label: modelData.label + " " + modelData.message
                width: parent.width
                height: Math.max(96, linked.height + 20)
                onTapped: page.goTo(modelData.field)
                Words {
                    id: linked
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width - 70
                    text: link.modelData.message
                    font.underline: true
                }
                Glyph {
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    name: "next"
                    color: Theme.signal
                }
            }
        }
    }

    Repeater {
        id: questions
        model: form.fields
        Loader {
            id: slot
            required property var modelData
            width: parent.width
            // By component and not by file: the question must be known before the field reads its value.
            sourceComponent: modelData.kind === "fixed" ? fixed : modelData.kind === "choice" || modelData.kind === "choices" ? choices : text
            onLoaded: page.placed[modelData.name] = item
            Component.onDestruction: delete page.placed[modelData.name]

            Component {
                id: fixed
                FieldFixed {
                    question: slot.modelData
                }
            }
            Component {
                id: choices
                FieldChoices {
                    question: slot.modelData
                }
            }
            Component {
                id: text
                FieldText {
                    question: slot.modelData
                    onFocused: revealSoon.start()
                    Timer {
                        // After the keyboard has taken its part of the screen.
                        id: revealSoon
                        interval: 60
                        onTriggered: page.reveal(parent)
                    }
                }
            }
        }
    }

    onHeightChanged: {
        for (const name in placed)
            if (placed[name].editor && placed[name].editor.activeFocus)
                reveal(placed[name]);
    }

    actions: Action {
        objectName: "button_next"
        width: parent.width
        label: form.editing ? qsTr("保存，回到核对") : qsTr("继续")
        icon: "next"
        onTapped: {
            // What is still being composed counts as written.
            Qt.inputMethod.commit();
            act.press("next");
        }
    }
}
