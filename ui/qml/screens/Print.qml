import QtQuick
import QtQuick.Shapes
import Hall

Page {
    id: page

    function said(state) {
        switch (state) {
        case "waiting":
            return qsTr("等待打印");
        case "preparing":
            return qsTr("正在排版");
        case "printing":
            return qsTr("正在打印");
        case "printed":
            return qsTr("已打印，请取走");
        case "not_printed":
            return qsTr("没有打印出来");
        }
        return qsTr("不能确定是否印出");
    }
    function consequence(state) {
        switch (state) {
        case "not_printed":
            return qsTr("证照仍然有效，随时带同一张身份证来领取。");
        case "unknown":
            return qsTr("为避免重复出证，本机不再重印。请看出纸口：有纸请取走；没有请联系工作人员。");
        }
        return "";
    }

    title: !outcome.papersSettled ? qsTr("正在打印您的证照") : outcome.papersGood ? qsTr("请取走您的证照") : qsTr("打印没有全部完成")
    lead: !outcome.papersSettled ? qsTr("每一份出纸后，这里才会显示“已打印”。") : outcome.papersGood ? qsTr("出纸口在屏幕右下方，请点清份数。") : ""

    Item {
        width: parent.width
        height: 500
        Shape {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 20
            width: 720
            height: 470
            preferredRendererType: Shape.CurveRenderer
            ShapePath {
                strokeColor: Theme.ink
                strokeWidth: 6
                fillColor: Theme.paperDeep
                joinStyle: ShapePath.RoundJoin
                PathSvg {
                    path: "M60 40 H660 L700 110 V300 H20 V110 Z"
                }
            }
            ShapePath {
                strokeColor: Theme.ink
                strokeWidth: 6
                fillColor: "transparent"
                PathSvg {
                    path: "M20 110 H700"
                }
            }
            ShapePath {
                strokeColor: "transparent"
                fillColor: Theme.pineDeep
                PathSvg {
                    path: "M110 212 H610 Q622 212 622 224 V236 H98 V224 Q98 212 110 212 Z"
                }
            }
            ShapePath {
                strokeColor: "transparent"
                fillColor: outcome.papersSettled ? (outcome.papersGood ? Theme.pine : Theme.signal) : Theme.pine
                PathAngleArc {
                    centerX: 640
                    centerY: 160
                    radiusX: 16
                    radiusY: 16
                    startAngle: 0
                    sweepAngle: 360
                }
            }
        }
        Item {
            anchors.horizontalCenter: parent.horizontalCenter
            y: 250
            width: 470
            height: 240
            clip: true
            Rectangle {
                id: sheet
                width: parent.width
                height: 260
                y: outcome.papersSettled ? (outcome.papersGood ? -24 : -190) : -120
                color: Theme.white
                border.width: 5
                border.color: Theme.ink
                SequentialAnimation on y {
                    running: !outcome.papersSettled && !reducedMotion
                    loops: Animation.Infinite
                    NumberAnimation {
                        from: -250
                        to: -30
                        duration: 2600
                    }
                    PauseAnimation {
                        duration: 500
                    }
                }
                Rectangle {
                    anchors.fill: parent
                    anchors.margins: 18
                    color: "transparent"
                    border.width: 2
                    border.color: Theme.pine
                }
                Text {
                    anchors.horizontalCenter: parent.horizontalCenter
                    y: 110
                    text: "证　照"
                    color: Theme.pine
                    font.family: Theme.serif
                    font.pixelSize: 60
                    font.weight: Font.Bold
                }
            }
        }
    }

    Repeater {
        model: outcome.papers
        Item {
            id: paper
            required property var modelData
            readonly property string state_: modelData.state
            readonly property bool bad: state_ === "not_printed" || state_ === "unknown"
            readonly property bool moves: state_ === "preparing" || state_ === "printing"
            width: parent.width
            height: lines.height + 48

            Rectangle {
                width: parent.width
                height: 3
                color: Theme.ink
            }
            Glyph {
                y: 30
                size: 60
                name: paper.state_ === "printed" ? "check" : paper.bad ? "warning" : paper.moves ? "printer" : "clock"
                color: paper.bad ? Theme.signal : paper.state_ === "waiting" ? Theme.inkSoft : Theme.pine
            }
            Column {
                id: lines
                x: 96
                y: 24
                width: parent.width - x
                spacing: 8
                Words {
                    width: parent.width
                    text: paper.modelData.title
                    font.pixelSize: 42
                    font.weight: Font.Bold
                }
                Words {
                    width: parent.width
                    text: page.said(paper.state_)
                    color: paper.bad ? Theme.signal : Theme.inkSoft
                    font.weight: paper.bad ? Font.Bold : Font.Normal
                }
                Words {
                    width: parent.width
                    visible: text !== ""
                    text: paper.modelData.reason
                }
                Words {
                    width: parent.width
                    visible: text !== ""
                    text: page.consequence(paper.state_)
                }
                BusyLine {
                    width: parent.width
                    visible: paper.moves
                }
            }
        }
    }

    actions: Action {
        objectName: "button_proceed"
        width: parent.width
        visible: outcome.papersSettled
        icon: "receipt"
        label: outcome.papersGood ? qsTr("已取走，打印凭条") : qsTr("继续，打印凭条")
        onTapped: act.press("proceed")
    }
}
