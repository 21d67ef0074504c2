import QtQuick
import QtQuick.Shapes
import Camera
import Hall

Page {
    id: page

    function advice(problem) {
        switch (problem) {
        case "no_page":
            return qsTr("没有看到纸张，请把它平放在拍摄台上。");
        case "cut_off":
            return qsTr("有一部分纸没有拍到，请挪一挪，让四个角都露出来。");
        case "too_dark":
            return qsTr("光线太暗，请不要遮住灯光，再拍一次。");
        case "blurred":
            return qsTr("拍得不清楚，请把纸放平，手移开后再拍。");
        case "glare":
            return qsTr("纸面反光，请取下塑料膜，或换一个角度。");
        case "camera":
            return qsTr("拍摄设备暂时没有画面，请稍等再试。");
        }
        return "";
    }

    title: materials.previewing ? qsTr("看得清楚吗？") : materials.title
    lead: materials.previewing ? qsTr("四角完整、文字清楚、没有反光，就可以使用。") : materials.hint

    Words {
        width: parent.width
        visible: materials.count > 1
        text: qsTr("第 %1 份材料，共 %2 份").arg(materials.index + 1).arg(materials.count)
        color: Theme.inkSoft
        font.pixelSize: Theme.small
    }

    Notice {
        visible: materials.problem !== ""
        bad: true
        text: page.advice(materials.problem)
    }

    Rectangle {
        id: table
        width: parent.width
        // What the rest of the page leaves, so that nothing has to be scrolled under a live picture.
        height: Math.max(560, page.scroll.height - y - (busy.visible ? 60 : 24))
        color: Theme.pineDeep
        radius: 8

        Shape {
            anchors.centerIn: parent
            visible: !view.showing
            width: 520
            height: 700
            preferredRendererType: Shape.CurveRenderer
            ShapePath {
                strokeColor: Theme.moon
                strokeWidth: 5
                strokeStyle: ShapePath.DashLine
                dashPattern: [4, 3]
                fillColor: "transparent"
                PathSvg {
                    path: "M2 2 H518 V698 H2 Z"
                }
            }
            ShapePath {
                strokeColor: "#3E7A68"
                strokeWidth: 14
                fillColor: "transparent"
                capStyle: ShapePath.RoundCap
                PathSvg {
                    path: "M160 110 H360 M80 210 H440 M80 280 H440 M80 350 H400 M80 420 H440 M80 490 H300 M300 610 H440"
                }
            }
        }
        CameraView {
            id: view
            anchors.fill: parent
            anchors.margins: 24
            source: materials.previewing ? "captured" : "page"
        }
        // Corners: lay the page between them.
        Shape {
            anchors.fill: parent
            visible: !materials.previewing
            ShapePath {
                strokeColor: Theme.moon
                strokeWidth: 8
                fillColor: "transparent"
                capStyle: ShapePath.RoundCap
                PathSvg {
                    path: "M24 94 V24 H94 M842 24 H912 V94 M912 %1 V%2 H842 M94 %2 H24 V%1".arg(table.height - 94).arg(table.height - 24)
                }
            }
        }
    }

    BusyLine {
        id: busy
        width: parent.width
        visible: materials.busy
    }

    actions: [
        Action {
            objectName: "button_capture"
            width: parent.width
            visible: !materials.previewing
            enabled: !materials.busy
            icon: "camera"
            label: materials.busy ? qsTr("正在拍摄…") : qsTr("拍摄")
            onTapped: act.press("capture")
        },
        Action {
            objectName: "button_accept"
            width: parent.width
            visible: materials.previewing
            icon: "check"
            label: qsTr("清楚，使用这张")
            onTapped: act.press("accept")
        },
        Action {
            objectName: "button_retake"
            width: parent.width
            visible: materials.previewing
            primary: false
            icon: "retake"
            label: qsTr("重新拍摄")
            onTapped: act.press("retake")
        }
    ]
}
