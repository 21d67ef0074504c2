import QtQuick
import QtQuick.Shapes
import Camera
import Hall

Page {
    id: page

    readonly property bool refused: identity.refused !== ""
    readonly property string challenge: identity.challenge
    readonly property real aside: challenge === "turn_left" ? -1 : challenge === "turn_right" ? 1 : 0

    function instruction(challenge) {
        switch (challenge) {
        case "turn_left":
            return qsTr("请慢慢向左转头");
        case "turn_right":
            return qsTr("请慢慢向右转头");
        case "blink":
            return qsTr("请眨一下眼睛");
        case "look_ahead":
            return qsTr("请正视前方");
        }
        return qsTr("请看着屏幕上的圆框");
    }
    function advice(hint) {
        switch (hint) {
        case "no_face":
            return qsTr("没有看到人脸，请站到屏幕正前方");
        case "come_closer":
            return qsTr("请靠近一点");
        case "too_close":
            return qsTr("请往后退一点");
        case "more_light":
            return qsTr("光线太暗，请让脸朝向灯光");
        case "too_bright":
            return qsTr("光线太强，请避开背后的亮光");
        case "hold_still":
            return qsTr("请保持不动");
        case "many_faces":
            return qsTr("画面里有多个人，请单独站在屏幕前");
        case "centre":
            return qsTr("请把脸移到圆框中间");
        case "look_ahead":
            return qsTr("请正视前方");
        }
        return "";
    }
    function reason(refused) {
        switch (refused) {
        case "not_same":
            return qsTr("没有认出您与身份证照片是同一人。摘下口罩、帽子或有色眼镜，往往会有帮助。");
        case "not_live":
            return qsTr("没有看清您按提示做的动作。请按提示慢慢做。");
        case "timed_out":
            return qsTr("时间到了，还没有完成提示的动作。");
        case "camera":
            return qsTr("摄像头暂时没有画面。");
        case "photo":
            return qsTr("身份证里的照片读不出来，无法核对人脸，没有提交任何内容。您仍然可以办理：");
        }
        return "";
    }

    title: identity.exhausted ? qsTr("这次没有核验成功") : refused ? qsTr("这一次没有通过") : instruction(challenge)
    lead: identity.exhausted && identity.refused === "photo" ? reason("photo") : identity.exhausted ? qsTr("三次机会已用完，没有提交任何内容。您仍然可以办理：") : refused ? reason(identity.refused) : ""

    Item {
        width: parent.width
        height: 920
        visible: !page.refused && !identity.exhausted

        Rectangle {
            id: well
            anchors.horizontalCenter: parent.horizontalCenter
            y: 30
            width: 640
            height: 820
            radius: 320
            color: "transparent"

            Shape {
                anchors.fill: parent
                preferredRendererType: Shape.CurveRenderer
                ShapePath {
                    strokeColor: "transparent"
                    fillColor: Theme.paperDeep
                    PathAngleArc {
                        centerX: 320
                        centerY: 410
                        radiusX: 320
                        radiusY: 410
                        startAngle: 0
                        sweepAngle: 360
                    }
                }
            }
            Glyph {
                anchors.centerIn: parent
                visible: !camera.showing
                name: "face"
                size: 260
                weight: 0.8
                color: Theme.rule
            }
            CameraView {
                id: camera
                anchors.fill: parent
                source: "face"
                oval: true
            }
            // The ring: grey, then pine for each challenge that is done.
            Shape {
                anchors.fill: parent
                preferredRendererType: Shape.CurveRenderer
                ShapePath {
                    strokeColor: identity.hint !== "" ? Theme.signal : Theme.rule
                    strokeWidth: 12
                    fillColor: "transparent"
                    PathAngleArc {
                        centerX: 320
                        centerY: 410
                        radiusX: 328
                        radiusY: 418
                        startAngle: 0
                        sweepAngle: 360
                    }
                }
                ShapePath {
                    strokeColor: Theme.pine
                    strokeWidth: 18
                    fillColor: "transparent"
                    capStyle: ShapePath.RoundCap
                    PathAngleArc {
                        centerX: 320
                        centerY: 410
                        radiusX: 328
                        radiusY: 418
                        startAngle: -90
                        sweepAngle: identity.challenges > 0 ? 360 * identity.challengesDone / identity.challenges : 0
                    }
                }
            }
        }

        // Which way to turn. The picture is a mirror: the arrow points to where the person turns, not to where the picture does.
        Shape {
            id: arrow
            visible: page.aside !== 0
            x: page.aside < 0 ? -10 : parent.width - width + 10
            y: 330
            width: 150
            height: 220
            preferredRendererType: Shape.CurveRenderer
            transform: Scale {
                origin.x: 75
                xScale: page.aside < 0 ? 1 : -1
            }
            ShapePath {
                strokeColor: Theme.pine
                strokeWidth: 20
                fillColor: "transparent"
                capStyle: ShapePath.RoundCap
                joinStyle: ShapePath.RoundJoin
                PathSvg {
                    path: "M96 20 L24 110 L96 200"
                }
            }
            SequentialAnimation on opacity {
                running: arrow.visible && !reducedMotion
                loops: Animation.Infinite
                NumberAnimation {
                    from: 1
                    to: 0.25
                    duration: 600
                }
                NumberAnimation {
                    from: 0.25
                    to: 1
                    duration: 600
                }
            }
        }
        Rectangle {
            visible: page.challenge === "blink"
            anchors.horizontalCenter: parent.horizontalCenter
            y: 730
            width: 168
            height: 168
            radius: 84
            color: Theme.pine
            border.width: 8
            border.color: Theme.paper
            Glyph {
                anchors.centerIn: parent
                name: "eye"
                size: 100
                weight: 1.5
                color: Theme.paper
            }
        }
        Rectangle {
            visible: identity.secondsLeft >= 0
            x: parent.width - 150
            y: 20
            width: 140
            height: 140
            radius: 70
            color: Theme.pine
            Text {
                anchors.centerIn: parent
                text: identity.secondsLeft
                color: Theme.paper
                font.family: Theme.serif
                font.pixelSize: 72
                font.weight: Font.Bold
            }
        }
    }

    Words {
        width: parent.width
        height: 110
        visible: !page.refused && !identity.exhausted
        text: page.advice(identity.hint)
        color: Theme.signal
        font.pixelSize: 42
        font.weight: Font.Bold
        horizontalAlignment: Text.AlignHCenter
    }
    Words {
        width: parent.width
        visible: !page.refused && !identity.exhausted
        text: qsTr("第 %1 次，共 3 次机会").arg(identity.attempt)
        color: Theme.inkSoft
        font.pixelSize: Theme.small
        horizontalAlignment: Text.AlignHCenter
    }

    // A refused attempt: what it was, how many are left.
    Item {
        width: parent.width
        height: 420
        visible: page.refused || identity.exhausted
        Shape {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 20
            width: 300
            height: 380
            preferredRendererType: Shape.CurveRenderer
            ShapePath {
                strokeColor: Theme.inkSoft
                strokeWidth: 8
                strokeStyle: ShapePath.DashLine
                dashPattern: [3, 2.4]
                fillColor: Theme.paperDeep
                PathAngleArc {
                    centerX: 150
                    centerY: 190
                    radiusX: 140
                    radiusY: 180
                    startAngle: 0
                    sweepAngle: 360
                }
            }
            ShapePath {
                strokeColor: Theme.inkSoft
                strokeWidth: 9
                fillColor: "transparent"
                capStyle: ShapePath.RoundCap
                PathSvg {
                    path: "M104 150 V176 M196 150 V176 M112 256 H188"
                }
            }
        }
    }
    Row {
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: 24
        visible: page.refused && !identity.exhausted
        Repeater {
            model: 3
            Rectangle {
                required property int index
                width: 40
                height: 40
                radius: 20
                color: index < identity.attempt ? Theme.inkSoft : "transparent"
                border.width: 4
                border.color: Theme.inkSoft
            }
        }
    }
    Notice {
        visible: identity.exhausted
        icon: "person"
        title: qsTr("到人工窗口")
        text: qsTr("工作人员会当面核对身份证，为您办理。")
    }
    Notice {
        visible: identity.exhausted && identity.refused !== "photo"
        icon: "clock"
        title: qsTr("稍后再试")
        text: qsTr("换一个光线好一些的时间，重新从头开始即可。")
    }

    actions: [
        Action {
            objectName: "button_retry_face"
            width: parent.width
            visible: page.refused && !identity.exhausted
            label: qsTr("再试一次")
            icon: "retake"
            onTapped: act.press("retryFace")
        },
        Action {
            objectName: "button_end"
            width: parent.width
            visible: identity.exhausted
            label: qsTr("结束，取回身份证")
            onTapped: act.press("leave")
        }
    ]
}
