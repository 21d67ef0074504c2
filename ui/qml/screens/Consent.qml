import QtQuick
import Hall

Page {
    id: page

    title: qsTr("先征得您的同意")
    lead: qsTr("为确认是您本人，本机需要读取身份证，并做一次人脸核验。人脸信息属于敏感个人信息，请您知情后选择。")

    Repeater {
        model: [
            {
                icon: "face",
                head: qsTr("只作核对"),
                body: qsTr("现场画面只与您身份证芯片中的照片比对，用于确认是本人。")
            },
            {
                icon: "lock",
                head: qsTr("不留存，不上传"),
                body: qsTr("人脸画面不离开本机，结束办理时清除。上传的只有核验结果和时间。")
            },
            {
                icon: "person",
                head: qsTr("可以不同意"),
                body: qsTr("不同意也能办：请到人工窗口，由工作人员核验身份。不影响办理结果。")
            },
            {
                icon: "page",
                head: qsTr("申请信息"),
                body: qsTr("您填写的内容和材料会加密提交审批机关，只用于本次办理。")
            }
        ]
        Item {
            id: point
            required property var modelData
            width: parent.width
            height: Math.max(96, words.height) + 12
            Rectangle {
                width: 96
                height: 96
                radius: 48
                color: Theme.pineTint
                Glyph {
                    anchors.centerIn: parent
                    size: 56
                    name: point.modelData.icon
                    color: Theme.pine
                }
            }
            Column {
                id: words
                x: 132
                width: parent.width - x
                spacing: 4
                Words {
                    width: parent.width
                    text: point.modelData.head
                    font.pixelSize: 42
                    font.weight: Font.Bold
                }
                Words {
                    width: parent.width
                    text: point.modelData.body
                    font.pixelSize: 34
                    color: Theme.inkSoft
                }
            }
        }
    }

    actions: [
        Action {
            objectName: "button_consent"
            width: parent.width
            label: qsTr("同意，开始核验")
            onTapped: act.press("consent")
        },
        Action {
            objectName: "button_refuse"
            width: parent.width
            primary: false
            label: qsTr("不同意，到人工窗口办理")
            onTapped: act.press("refuse")
        }
    ]
}
