import QtQuick
import QtQuick.Shapes
import Hall

Page {
    id: page

    readonly property bool bad: outcome.receipt === "not_printed" || outcome.receipt === "unknown"

    title: outcome.receipt === "printed" ? qsTr("请取走凭条") : bad ? qsTr("凭条没有打印出来") : qsTr("正在打印凭条")
    lead: outcome.receipt === "printed" ? qsTr("凭条上有编号、查询方式和电话。") : bad ? qsTr("这不影响您的办理结果。请记下或拍下编号。") : qsTr("请稍候，几秒钟就好。")

    Item {
        width: parent.width
        height: 640
        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 40
            width: 620
            height: 44
            radius: 22
            color: Theme.pineDeep
        }
        Item {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 62
            width: 460
            height: 560
            clip: true
            Shape {
                width: 460
                height: 540
                y: outcome.receipt === "printed" ? 0 : page.bad ? -430 : -190
                preferredRendererType: Shape.CurveRenderer
                Behavior on y {
                    enabled: !reducedMotion
                    NumberAnimation {
                        duration: 600
                        easing.type: Easing.OutCubic
                    }
                }
                ShapePath {
                    strokeColor: Theme.ink
                    strokeWidth: 5
                    fillColor: Theme.white
                    joinStyle: ShapePath.RoundJoin
                    PathSvg {
                        path: "M4 -20 H456 V510 L418 534 L380 510 L343 534 L305 510 L267 534 L230 510 L193 534 L155 510 L117 534 L80 510 L42 534 L4 510 Z"
                    }
                }
                ShapePath {
                    strokeColor: Theme.rule
                    strokeWidth: 12
                    fillColor: "transparent"
                    capStyle: ShapePath.RoundCap
                    PathSvg {
                        path: "M150 56 H310 M60 118 H400 M60 160 H340 M60 202 H370 M60 448 H400"
                    }
                }
                ShapePath {
                    strokeColor: Theme.pine
                    strokeWidth: 8
                    fillColor: "transparent"
                    PathSvg {
                        path: "M150 250 H206 V306 H150 Z M254 250 H310 V306 H254 Z M150 354 H206 V410 H150 Z M254 354 H282 V382 H254 Z M310 354 V410 M282 410 H310"
                    }
                }
            }
        }
    }

    FollowUp {
        id: follow
        visible: page.bad && (outcome.reference !== "" || outcome.localNumber !== "")
    }
    Notice {
        visible: outcome.reference !== "" && !follow.visible
        icon: "receipt"
        title: qsTr("受理号")
        Text {
            text: outcome.reference
            width: parent.width
            wrapMode: Text.WrapAnywhere
            color: Theme.ink
            font.family: Theme.serif
            font.pixelSize: 52
            font.weight: Font.Bold
        }
    }
    BusyLine {
        width: parent.width
        visible: !outcome.receiptSettled
    }

    actions: Action {
        objectName: "button_proceed"
        width: parent.width
        visible: outcome.receiptSettled
        icon: "next"
        label: qsTr("办理完毕")
        onTapped: act.press("proceed")
    }
}
