import QtQuick
import QtQuick.Shapes
import Hall

Page {
    id: page

    readonly property var order: ["sealing", "sending", "deciding"]
    readonly property bool queued: outcome.phase === "queued"
    readonly property int at: queued ? 1 : Math.max(0, order.indexOf(outcome.phase))

    title: queued ? qsTr("已收下您的申请") : at === 0 ? qsTr("正在保存您的申请") : at === 1 ? qsTr("已收下，正在送出") : qsTr("审批机关正在审查")
    lead: queued ? qsTr("网络暂时不通。申请已安全保存在本机，网络恢复后自动送出，不需要您重新填写。") : at === 0 ? qsTr("保存好之前，请不要离开。") : qsTr("申请已安全保存，不会丢失。")

    Item {
        width: parent.width
        height: page.queued ? 270 : 560 // what to do next must be seen without scrolling
        // A sealed envelope on its way to the hall.
        Shape {
            anchors.horizontalCenter: parent.horizontalCenter
            y: page.queued ? -24 : 60
            width: 620
            height: 440
            scale: page.queued ? 0.6 : 1
            transformOrigin: Item.Top
            preferredRendererType: Shape.CurveRenderer
            ShapePath {
                strokeColor: Theme.ink
                strokeWidth: 6
                fillColor: Theme.white
                joinStyle: ShapePath.RoundJoin
                PathSvg {
                    path: "M30 60 H590 V410 H30 Z"
                }
            }
            ShapePath {
                strokeColor: Theme.ink
                strokeWidth: 6
                fillColor: Theme.paperDeep
                joinStyle: ShapePath.RoundJoin
                PathSvg {
                    path: page.at === 0 && !page.queued ? "M30 60 L310 -40 L590 60" : "M30 60 L310 250 L590 60 Z"
                }
            }
            ShapePath {
                strokeColor: Theme.rule
                strokeWidth: 6
                fillColor: "transparent"
                PathSvg {
                    path: page.at === 0 && !page.queued ? "M30 410 L310 190 L590 410" : "M30 410 L230 220 M590 410 L390 220"
                }
            }
        }
        Seal {
            anchors.horizontalCenter: parent.horizontalCenter
            y: page.queued ? 84 : 230
            width: page.queued ? 110 : 168
            height: width
            visible: page.at > 0 || page.queued
            character: "收"
        }
    }

    Repeater {
        model: page.queued ? [] : [qsTr("加密保存在本机"), qsTr("送达审批机关"), qsTr("逐项审查")]
        Item {
            id: phase
            required property string modelData
            required property int index
            width: parent.width
            height: 88
            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: 64
                height: 64
                radius: 32
                color: phase.index < page.at ? Theme.pine : "transparent"
                border.width: 4
                border.color: phase.index <= page.at ? Theme.pine : Theme.rule
                Glyph {
                    anchors.centerIn: parent
                    visible: phase.index < page.at
                    name: "check"
                    weight: 2.4
                    color: Theme.paper
                }
            }
            Words {
                x: 96
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - x
                text: phase.modelData
                color: phase.index <= page.at ? Theme.ink : Theme.inkSoft
                font.pixelSize: 42
                font.weight: phase.index === page.at ? Font.Bold : Font.Normal
            }
        }
    }
    BusyLine {
        width: parent.width
        visible: !page.queued
    }
    Notice {
        visible: page.queued
        icon: "card"
        title: qsTr("接下来")
        text: qsTr("审批完成后，带同一张身份证回到本机，即可领取证照。凭条上有查询号码和电话。")
    }
    FollowUp {
        visible: page.queued && outcome.localNumber !== ""
    }

    actions: Action {
        objectName: "button_proceed"
        width: parent.width
        visible: page.queued
        icon: "receipt"
        label: qsTr("打印凭条")
        onTapped: act.press("proceed")
    }
}
