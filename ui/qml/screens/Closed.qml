import QtQuick
import QtQuick.Shapes
import Hall

// Nobody can be served now: out of service, maintenance, failsafe. Says why, what was kept, where to go.
Page {
    id: page

    readonly property bool failed: house.state === "failsafe"
    readonly property bool maintained: house.state === "maintenance"

    title: maintained ? qsTr("正在维护") : failed ? qsTr("本机遇到故障，已停止服务") : qsTr("暂停服务")
    lead: house.notice !== "" ? house.notice : maintained ? qsTr("技术人员正在检修，完成后自动恢复。") : qsTr("恢复后本机会自动开始服务。")

    Notice {
        visible: house.cardOnReader
        bad: true
        icon: "card"
        title: qsTr("请取走读卡区上的身份证")
    }

    Item {
        width: parent.width
        height: 560
        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 40
            width: 480
            height: 480
            radius: 240
            color: Theme.pineDeep
        }
        Rectangle {
            x: parent.width / 2 + 40
            y: 100
            width: 110
            height: 110
            radius: 55
            color: Theme.moon
        }
        Rectangle {
            x: parent.width / 2 + 12
            y: 82
            width: 100
            height: 100
            radius: 50
            color: Theme.pineDeep
        }
        // The hall with its doors closed.
        Shape {
            x: parent.width / 2 - 220
            y: 200
            width: 440
            height: 300
            preferredRendererType: Shape.CurveRenderer
            ShapePath {
                strokeColor: Theme.moon
                strokeWidth: 6
                fillColor: "#06231C"
                capStyle: ShapePath.RoundCap
                joinStyle: ShapePath.RoundJoin
                PathSvg {
                    path: "M20 104 C90 100 120 70 136 36 H304 C320 70 350 100 420 104 M56 110 H384 V230 H56 Z M176 230 V142 H264 V230 M220 142 V230 M206 190 H207 M233 190 H234 M96 140 H140 V190 H96 Z M300 140 H344 V190 H300 Z"
                }
            }
        }
    }

    Notice {
        visible: !page.maintained
        icon: "lock"
        title: qsTr("已经提交的申请不受影响")
        text: qsTr("显示过“已收下”的申请都安全保存，会继续办理。")
    }
    Notice {
        icon: "person"
        title: qsTr("现在需要办理？")
        text: qsTr("请使用旁边的自助机，或在工作时间到人工窗口。")
    }
}
