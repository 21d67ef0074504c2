import QtQuick
import Hall

Page {
    id: page

    title: service.name

    Notice {
        visible: service.reasons.length > 0
        icon: service.open ? "offline" : "lock"
        title: service.open ? qsTr("网络暂时中断，可以办理") : qsTr("现在不能办理")
        text: service.reasons.join("\n")
    }

    Repeater {
        model: service.guide
        Column {
            id: part
            required property var modelData
            width: parent.width
            spacing: 14
            Text {
                text: part.modelData.heading
                width: parent.width
                wrapMode: Text.Wrap
                color: Theme.pine
                font.family: Theme.serif
                font.pixelSize: Theme.heading
                font.weight: Font.Bold
            }
            Repeater {
                model: part.modelData.lines
                Item {
                    id: line
                    required property string modelData
                    width: part.width
                    height: words.height
                    Rectangle {
                        x: 4
                        y: 20
                        width: 12
                        height: 12
                        color: Theme.pine
                    }
                    Words {
                        id: words
                        x: 40
                        width: parent.width - x
                        text: line.modelData
                    }
                }
            }
            Item {
                width: 1
                height: 12
            }
        }
    }

    actions: Action {
        objectName: "button_begin"
        width: parent.width
        visible: service.open
        label: qsTr("开始填写")
        icon: "change"
        onTapped: act.press("begin")
    }
}
