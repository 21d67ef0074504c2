pragma Singleton
import QtQuick

// The language of the hall: ink on paper, one accent (pine), one signal (cinnabar, only where something is wrong).
// Contrast on paper: ink 15:1, inkSoft 8:1, pine 9:1, signal 7:1.
QtObject {
    readonly property color paper: "#F7F4EC"
    readonly property color paperDeep: "#ECE7DA"
    readonly property color white: "#FFFFFF"
    readonly property color ink: "#17211D"
    readonly property color inkSoft: "#434F49"
    readonly property color rule: "#BDB6A3"
    readonly property color pine: "#0F4A3C"
    readonly property color pineDeep: "#0A332A"
    readonly property color pineTint: "#DCE7DF"
    readonly property color moon: "#F3E6C1"
    readonly property color signal: "#98200F"
    readonly property color signalTint: "#F6E3DB"

    readonly property string sans: "Noto Sans CJK SC"
    readonly property string serif: "Noto Serif CJK SC"

    readonly property int margin: 72
    readonly property int gap: 32
    readonly property int title: 68
    readonly property int heading: 44
    readonly property int body: 36
    readonly property int small: 32
    readonly property int touch: 112 // smallest side of anything to press; 96 is the floor
    readonly property int button: 136

    readonly property int slide: reducedMotion ? 0 : 280
}
