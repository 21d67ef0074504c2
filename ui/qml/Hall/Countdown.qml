import QtQuick
import QtQuick.Shapes

// Nobody has touched anything for a while: say so, and let one touch undo it.
Item {
    id: overlay

    visible: house.countdown >= 0

    Rectangle {
        anchors.fill: parent
        color: Theme.pineDeep
        opacity: 0.86
    }
    MouseArea {
        anchors.fill: parent // nothing below can be pressed by mistake
    }

    Rectangle {
        anchors.horizontalCenter: parent.horizontalCenter
        y: 620
        width: parent.width - 2 * Theme.margin
        height: column.height + 128
        radius: 12
        color: Theme.paper

        Column {
            id: column
            x: 64
            y: 64
            width: parent.width - 128
            spacing: 36

            Item {
                width: parent.width
                height: 240
                Shape {
                    anchors.centerIn: parent
                    width: 240
                    height: 240
                    ShapePath {
                        strokeColor: Theme.pineTint
                        strokeWidth: 14
                        fillColor: "transparent"
                        PathAngleArc {
                            centerX: 120
                            centerY: 120
                            radiusX: 108
                            radiusY: 108
                            startAngle: 0
                            sweepAngle: 360
                        }
                    }
                    ShapePath {
                        strokeColor: Theme.pine
                        strokeWidth: 14
                        fillColor: "transparent"
                        capStyle: ShapePath.RoundCap
                        PathAngleArc {
                            centerX: 120
                            centerY: 120
                            radiusX: 108
                            radiusY: 108
                            startAngle: -90
                            sweepAngle: 360 * Math.max(0, Math.min(15, house.countdown)) / 15
                        }
                    }
                }
                Text {
                    anchors.centerIn: parent
                    text: Math.max(0, house.countdown)
                    color: Theme.ink
                    font.family: Theme.serif
                    font.pixelSize: 110
                    font.weight: Font.Bold
                }
            }

            Heading {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("您还在吗？")
            }
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("为保护您的信息，倒计时结束后将退出并清除本次填写的内容。")
            }
            Action {
                objectName: "button_stay"
                width: parent.width
                label: qsTr("我还在，继续办理")
                onTapped: act.press("stay")
            }
        }
    }
}
