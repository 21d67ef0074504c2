import QtQuick
import QtQuick.Shapes
import Hall

Page {
    id: page

    readonly property bool reading: identity.cardStep === "reading"
    readonly property bool problem: identity.cardStep === "problem"

    title: reading ? qsTr("正在读取身份证") : problem ? (identity.cardAgain ? qsTr("身份证没有读成") : qsTr("这张证件不能在本机办理")) : qsTr("请把身份证放在读卡区")
    lead: reading ? qsTr("请不要移动身份证，大约需要两秒。") : problem ? "" : qsTr("读卡区在屏幕下方，有身份证标记的位置。办理期间请一直放着，结束后记得取走。")

    Notice {
        visible: page.problem
        bad: true
        title: identity.cardProblem
        text: identity.cardAgain ? qsTr("请拿起身份证，再放回读卡区。") : qsTr("请先取回这张证件。如果带了另一张有效的居民身份证，可以直接放上来。")
    }

    // The reader as one sees it standing in front: a slanted plate, the card coming down on it.
    Item {
        width: parent.width
        height: 760

        Shape {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 330
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
                strokeColor: page.problem ? "#F0B9A6" : Theme.moon
                strokeWidth: 5
                fillColor: "transparent"
                strokeStyle: page.reading ? ShapePath.SolidLine : ShapePath.DashLine
                dashPattern: [4, 3]
                PathSvg {
                    path: "M240 96 H620 Q634 96 640 108 L704 300 Q708 318 690 320 H170 Q152 318 156 300 L220 108 Q226 96 240 96 Z"
                }
            }
        }

        Item {
            id: card
            readonly property real high: page.problem ? 96 : 40
            anchors.horizontalCenter: parent.horizontalCenter
            y: page.reading ? 408 : high
            width: 460
            height: page.reading ? 190 : 290
            Behavior on y {
                enabled: !reducedMotion
                NumberAnimation {
                    duration: 500
                    easing.type: Easing.InOutQuad
                }
            }
            SequentialAnimation on y {
                running: !reducedMotion && !page.reading && !page.problem
                loops: Animation.Infinite
                NumberAnimation {
                    from: 20
                    to: 110
                    duration: 1500
                    easing.type: Easing.InOutQuad
                }
                PauseAnimation {
                    duration: 500
                }
                NumberAnimation {
                    from: 110
                    to: 20
                    duration: 1100
                    easing.type: Easing.InOutQuad
                }
            }
            Shape {
                width: 460
                height: 290
                transform: Scale {
                    yScale: card.height / 290
                }
                preferredRendererType: Shape.CurveRenderer
                ShapePath {
                    strokeColor: Theme.ink
                    strokeWidth: 4
                    fillColor: Theme.white
                    PathSvg {
                        path: "M22 2 H438 Q458 2 458 22 V268 Q458 288 438 288 H22 Q2 288 2 268 V22 Q2 2 22 2 Z"
                    }
                }
                ShapePath {
                    strokeColor: "transparent"
                    fillColor: Theme.pineTint
                    PathSvg {
                        path: "M296 44 H422 V196 H296 Z"
                    }
                }
                ShapePath {
                    strokeColor: Theme.pine
                    strokeWidth: 5
                    fillColor: "transparent"
                    capStyle: ShapePath.RoundCap
                    PathSvg {
                        path: "M359 116 a28 28 0 1 0 0 -56 a28 28 0 1 0 0 56 M308 192 C312 156 332 136 359 136 C386 136 406 156 410 192"
                    }
                }
                ShapePath {
                    strokeColor: Theme.rule
                    strokeWidth: 12
                    fillColor: "transparent"
                    capStyle: ShapePath.RoundCap
                    PathSvg {
                        path: "M44 64 H180 M44 108 H130 M44 152 H250 M44 188 H210 M44 242 H400"
                    }
                }
            }
        }

        Shape {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: !page.reading && !page.problem
            y: 404
            width: 120
            height: 90
            ShapePath {
                strokeColor: Theme.moon
                strokeWidth: 8
                fillColor: "transparent"
                capStyle: ShapePath.RoundCap
                joinStyle: ShapePath.RoundJoin
                PathSvg {
                    path: "M20 28 L60 66 L100 28"
                }
            }
        }
    }

    BusyLine {
        width: parent.width
        visible: page.reading
    }
    Words {
        width: parent.width
        visible: !page.reading
        text: qsTr("没带身份证？请到人工窗口办理。")
        color: Theme.inkSoft
        font.pixelSize: Theme.small
        horizontalAlignment: Text.AlignHCenter
    }
}
