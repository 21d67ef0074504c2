import QtQuick

// Running text. Wraps, never elides: a sentence that does not fit is a mistake in the layout, not in the sentence.
Text {
    color: Theme.ink
    font.family: Theme.sans
    font.pixelSize: Theme.body
    lineHeight: 1.02 // of the typeface's own, which is 1.45 em already
    wrapMode: Text.Wrap
    textFormat: Text.PlainText
}
