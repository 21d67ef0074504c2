import QtQuick
import QtQuick.Shapes
import Hall

Page {
    id: page

    function because(ending) {
        switch (ending) {
        case "finished":
            return qsTr("办理完毕，谢谢您。本次的个人信息已从屏幕清除。");
        case "timed_out":
            return qsTr("长时间没有操作，已为您退出并清除填写的内容。");
        case "consent_refused":
            return qsTr("没有进行人脸核验。请到人工窗口，由工作人员为您办理。");
        case "identity_failed":
            return qsTr("身份没有核验成功，没有提交任何内容。请到人工窗口办理。");
        }
        return qsTr("已结束办理，填写的内容已清除。");
    }

    title: house.cardOnReader ? qsTr("请取走身份证") : qsTr("再见")
    lead: because(house.ending)

    Item {
        width: parent.width
        height: 900

        Shape {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 470
            width: 860
            height: 420
            preferredRendererType: Shape.CurveRenderer
            ShapePath {
                strokeColor: "transparent"
                fillColor: Theme.pineDeep
                PathSvg {
                    path: "M150 40 H710 Q736 40 746 64 L846 332 Q856 372 816 376 H44 Q4 372 14 332 L114 64 Q124 40 150 40 Z"
                }
            }
            ShapePath {
                strokeColor: "transparent"
                fillColor: "#06231C"
                PathSvg {
                    path: "M14 344 Q10 372 44 376 H816 Q850 372 846 344 L846 374 Q846 410 812 412 H48 Q14 410 14 374 Z"
                }
            }
            ShapePath {
                strokeColor: Theme.moon
                strokeWidth: 5
                fillColor: "transparent"
                strokeStyle: ShapePath.DashLine
                dashPattern: [4, 3]
                PathSvg {
                    path: "M240 96 H620 Q634 96 640 108 L704 300 Q708 318 690 320 H170 Q152 318 156 300 L220 108 Q226 96 240 96 Z"
                }
            }
        }
        Item {
            id: card
            anchors.horizontalCenter: parent.horizontalCenter
            visible: house.cardOnReader
            y: 130
            width: 460
            height: 290
            SequentialAnimation on y {
                running: card.visible && !reducedMotion
                loops: Animation.Infinite
                NumberAnimation {
                    from: 300
                    to: 60
                    duration: 1700
                    easing.type: Easing.InOutQuad
                }
                PauseAnimation {
                    duration: 700
                }
            }
            Rectangle {
                anchors.fill: parent
                radius: 20
                color: Theme.white
                border.width: 4
                border.color: Theme.ink
            }
            Rectangle {
                x: 296
                y: 44
                width: 126
                height: 152
                color: Theme.pineTint
            }
            Glyph {
                x: 304
                y: 60
                size: 110
                weight: 1.2
                name: "person"
                color: Theme.pine
            }
            Repeater {
                model: [[44, 60, 140], [44, 104, 90], [44, 148, 206], [44, 184, 170], [44, 236, 360]]
                Rectangle {
                    required property var modelData
                    x: modelData[0]
                    y: modelData[1]
                    width: modelData[2]
                    height: 12
                    radius: 6
                    color: Theme.rule
                }
            }
        }
        Glyph {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: house.cardOnReader
            y: 0
            size: 120
            weight: 1.6
            name: "send"
            color: Theme.pine
        }
        Seal {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: !house.cardOnReader
            y: 150
            width: 260
            height: 260
            solid: false
            character: "安"
        }
    }
}
