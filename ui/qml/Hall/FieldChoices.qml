import QtQuick

// One of, or some of: every answer a row of its own, as wide as the page.
FieldBox {
    id: field

    readonly property bool several: question.kind === "choices"
    readonly property var chosen: {
        const known = form.values[question.name];
        return known === undefined || known === null || known === "" ? [] : several ? known : [known];
    }
    readonly property bool inPairs: question.choices.length > 4 && question.choices.every(each => each.label.length <= 14)

    function toggle(value) {
        if (!several) {
            act.answer(question.name, question.kind, value);
            return;
        }
        const next = chosen.filter(each => each !== value);
        if (next.length === chosen.length)
            next.push(value);
        act.answer(question.name, question.kind, next);
    }

    Grid {
        id: grid
        width: parent.width
        columns: field.inPairs ? 2 : 1
        spacing: 16

        Repeater {
            model: field.question.choices
            Tap {
                id: choice
                required property var modelData
                readonly property bool on: field.chosen.indexOf(modelData.value) >= 0
                objectName: "choice_" + field.question.name + "_" + modelData.value
                label: modelData.label
                width: (grid.width - (grid.columns - 1) * 16) / grid.columns
                height: Math.max(Theme.touch, words.height + 36)
                onTapped: field.toggle(modelData.value)

                Rectangle {
                    anchors.fill: parent
                    radius: 8
                    color: choice.on ? Theme.pineTint : choice.held ? Theme.paperDeep : Theme.white
                    border.width: choice.on ? 6 : 3
                    border.color: choice.on ? Theme.pine : Theme.inkSoft
                }
                Rectangle {
                    x: 28
                    anchors.verticalCenter: parent.verticalCenter
                    width: 52
                    height: 52
                    radius: field.several ? 6 : 26
                    color: choice.on ? Theme.pine : "transparent"
                    border.width: 3
                    border.color: choice.on ? Theme.pine : Theme.inkSoft
                    Glyph {
                        anchors.centerIn: parent
                        visible: choice.on
                        name: "check"
                        size: 40
                        weight: 2.6
                        color: Theme.paper
                    }
                }
                Words {
                    id: words
                    x: 104
                    width: parent.width - x - 20
                    anchors.verticalCenter: parent.verticalCenter
                    text: choice.label
                    font.pixelSize: 38
                    font.weight: choice.on ? Font.Bold : Font.Normal
                }
            }
        }
    }
}
