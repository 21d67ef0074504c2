import QtQuick

// Anything that can be pressed. One touch is one action: a second press within the dead time does nothing.
Item {
    id: tap

    readonly property bool tappable: true
    readonly property bool held: area.pressed
    property string label
    signal tapped

    Accessible.role: Accessible.Button
    Accessible.name: label
    Accessible.onPressAction: tapped()

    MouseArea {
        id: area
        anchors.fill: parent
        onClicked: {
            if (dead.running)
                return;
            dead.start();
            tap.tapped();
        }
    }

    Timer {
        id: dead
        interval: 350
    }
}
