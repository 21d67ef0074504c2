import QtQuick
import QtQuick.Window
import Hall

Window {
    id: window

    // Windows of other sizes show the same 1080 x 1920 stage, scaled.
    readonly property bool wholeScreen: !windowed && Qt.platform.pluginName !== "offscreen"
    readonly property real fit: Math.min(width / 1080, height / 1920)
    readonly property bool moving: slide.running
    property Loader current: null
    readonly property real keyboardCovers: keyboard.item ? keyboard.item.covered : 0

    width: 1080
    height: 1920
    visible: true
    visibility: wholeScreen ? Window.FullScreen : Window.Windowed
    color: Theme.paper
    title: qsTr("24小时自助政务大厅")

    function fileOf(state) {
        return Qt.resolvedUrl("screens/" + {
            "idle": "Idle",
            "consent": "Consent",
            "card": "Card",
            "face": "Face",
            "home": "Home",
            "guide": "Guide",
            "form": "Form",
            "materials": "Materials",
            "review": "Review",
            "submit": "Submit",
            "decision": "Decision",
            "print": "Print",
            "receipt": "Receipt",
            "take_card": "TakeCard",
            "out_of_service": "Closed",
            "maintenance": "Closed",
            "failsafe": "Closed"
        }[state] + ".qml");
    }

    function showState() {
        slide.complete();
        Qt.inputMethod.hide();
        const before = current;
        const next = before === first ? second : first;
        next.source = "";
        next.source = fileOf(house.state);
        current = next;
        next.z = 1;
        if (before !== null)
            before.z = 0;
        slide.coming = next;
        slide.going = before;
        slide.start();
    }

    // Part of the wipe: no screen, visible or fading out, outlives the session.
    function dropScreens() {
        slide.stop();
        first.source = "";
        second.source = "";
        current = null;
    }

    readonly property string shownState: house.state
    property bool complete: false
    onShownStateChanged: if (complete)
        showState()
    Component.onCompleted: {
        complete = true;
        showState();
    }

    Item {
        id: stage
        width: 1080
        height: 1920
        scale: window.fit
        transformOrigin: Item.TopLeft
        x: (window.width - 1080 * window.fit) / 2
        y: (window.height - 1920 * window.fit) / 2

        Item {
            id: host
            width: parent.width
            y: header.visible ? header.height : 0
            height: (window.keyboardCovers > 0 ? parent.height - window.keyboardCovers : footer.y) - y
            clip: true

            Loader {
                id: first
                width: host.width
                height: host.height
            }
            Loader {
                id: second
                width: host.width
                height: host.height
            }
        }

        Header {
            id: header
            width: parent.width
            visible: house.state !== "idle"
        }

        Footer {
            id: footer
            width: parent.width
            y: parent.height - height
            visible: window.keyboardCovers === 0
        }

        Loader {
            id: keyboard
            anchors.fill: parent
            active: false
            source: active ? "Hall/KeyboardPanel.qml" : ""
            // The first screen has nothing to type: it need not wait for the keyboard.
            Timer {
                interval: 400
                running: true
                onTriggered: keyboard.active = true
            }
        }

        Countdown {
            anchors.fill: parent
        }
    }

    SequentialAnimation {
        id: slide
        property Loader coming: null
        property Loader going: null

        ParallelAnimation {
            NumberAnimation {
                target: slide.coming
                property: "opacity"
                from: 0
                to: 1
                duration: Theme.slide
            }
            NumberAnimation {
                target: slide.coming
                property: "x"
                from: reducedMotion ? 0 : 64
                to: 0
                duration: Theme.slide
                easing.type: Easing.OutCubic
            }
            NumberAnimation {
                target: slide.going
                property: "opacity"
                to: 0
                duration: Theme.slide / 2
            }
        }
        ScriptAction {
            script: if (slide.going !== null)
                slide.going.source = ""
        }
    }
}
