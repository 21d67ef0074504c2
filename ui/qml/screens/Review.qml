import QtQuick
import Hall

Page {
    id: page

    title: qsTr("请核对您的申请")
    lead: qsTr("%1。提交前请逐项看一遍，有误可以修改。").arg(service.name)

    Notice {
        visible: house.said !== ""
        bad: true
        text: house.said
    }

    component Section: Column {
        id: section
        property string key
        property string heading
        property int target
        property bool editable: true
        property var answers: []
        width: parent ? parent.width : 0
        spacing: 16

        Rectangle {
            width: parent.width
            height: 4
            color: Theme.ink
        }
        Item {
            width: parent.width
            height: Theme.touch
            Text {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - 240
                wrapMode: Text.Wrap
                text: section.heading
                color: Theme.ink
                font.family: Theme.serif
                font.pixelSize: Theme.heading
                font.weight: Font.Bold
            }
            Tap {
                objectName: "edit_" + section.key
                visible: section.editable
                anchors.right: parent.right
                width: 220
                height: Theme.touch
                label: qsTr("修改")
                onTapped: act.edit(section.target)
                Rectangle {
                    anchors.fill: parent
                    anchors.topMargin: 8
                    anchors.bottomMargin: 8
                    radius: 8
                    color: parent.held ? Theme.pineTint : "transparent"
                    border.width: 3
                    border.color: Theme.pine
                }
                Text {
                    anchors.centerIn: parent
                    text: parent.label
                    color: Theme.pine
                    font.family: Theme.sans
                    font.pixelSize: Theme.body
                    font.weight: Font.Bold
                }
            }
        }
        Repeater {
            model: section.answers
            Item {
                id: row
                required property var modelData
                width: section.width
                height: Math.max(name.height, answer.height) + 16
                Words {
                    id: name
                    width: 330
                    text: row.modelData.label
                    color: Theme.inkSoft
                    font.pixelSize: 34
                }
                Words {
                    id: answer
                    x: 350
                    width: parent.width - x
                    text: row.modelData.answer !== "" ? row.modelData.answer : qsTr("未填写")
                    color: row.modelData.answer !== "" ? Theme.ink : Theme.inkSoft
                    font.pixelSize: 38
                }
            }
        }
    }

    Repeater {
        model: form.sections
        Section {
            required property var modelData
            key: modelData.key
            heading: modelData.title
            target: modelData.index
            editable: modelData.editable
            answers: modelData.answers
        }
    }
    Section {
        visible: materials.kept.length > 0
        key: "materials"
        heading: qsTr("材料")
        target: -1
        answers: materials.kept.map(each => ({
                    label: each.title,
                    answer: each.captured ? qsTr("已拍摄") : ""
                }))
    }

    actions: [
        Words {
            width: parent.width
            text: qsTr("提交即表示以上内容真实、准确。")
            font.pixelSize: Theme.small
            color: Theme.inkSoft
        },
        Action {
            objectName: "button_submit"
            width: parent.width
            icon: "send"
            label: qsTr("确认无误，提交申请")
            onTapped: act.press("submit")
        }
    ]
}
