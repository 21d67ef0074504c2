import QtQuick
import Hall

Page {
    id: page

    readonly property string verdict: outcome.verdict
    readonly property bool papers: outcome.documents.length > 0

    Notice {
        visible: house.said !== ""
        bad: true
        text: house.said + (outcome.stuckWhy !== "" ? "\n" + qsTr("原因：%1。").arg(outcome.stuckWhy) + outcome.stuckNext : "")
    }

    Item {
        width: parent.width
        height: Math.max(220, words.height)
        Seal {
            id: seal
            width: 196
            height: 196
            character: page.verdict === "granted" ? "准" : page.verdict === "refused" ? "否" : page.verdict === "human" ? "审" : "收"
            solid: page.verdict === "granted"
            tone: page.verdict === "refused" ? Theme.ink : Theme.pine
        }
        Column {
            id: words
            x: 236
            width: parent.width - x
            spacing: 12
            Heading {
                width: parent.width
                text: page.verdict === "granted" ? qsTr("准予登记") : page.verdict === "refused" ? qsTr("这次没有通过") : page.verdict === "human" ? qsTr("交由工作人员审查") : outcome.stuckWhy !== "" ? qsTr("已保存，由工作人员处理") : qsTr("已收下，等待审批")
            }
            Words {
                width: parent.width
                color: Theme.inkSoft
                text: page.verdict === "granted" ? (outcome.decidedBy === "machine" ? qsTr("系统按公开的审查标准逐项审查，全部符合。") : qsTr("由工作人员审查决定。")) : page.verdict === "refused" ? qsTr("不符合的标准和原因列在下面。您可以补正后重新申请。") : page.verdict === "human" ? qsTr("系统不能作出全部判断，或您要求人工审查。工作人员会在法定期限内决定。") : qsTr("申请已经收下，不会丢失，也不需要重新填写。")
            }
        }
    }

    FollowUp {
        id: follow
        visible: (page.verdict === "queued" || page.verdict === "human") && (outcome.reference !== "" || outcome.localNumber !== "")
    }
    Words {
        width: parent.width
        visible: outcome.reference !== "" && !follow.visible
        text: qsTr("受理号 %1").arg(outcome.reference)
        font.weight: Font.Bold
    }

    Notice {
        visible: (page.verdict === "queued" && outcome.stuckWhy === "") || page.verdict === "human"
        icon: "card"
        title: qsTr("接下来")
        text: page.verdict === "human" ? qsTr("可凭受理号查询结果。准予登记的，带同一张身份证到本机领取证照。") : qsTr("申请已安全保存在本机，网络恢复后自动送出。审批完成后，带同一张身份证到本机领取证照。")
    }
    Notice {
        visible: outcome.reasons.length > 0
        bad: page.verdict === "refused"
        icon: page.verdict === "refused" ? "warning" : "person"
        title: qsTr("原因")
        text: outcome.reasons.join("\n")
    }
    Notice {
        visible: outcome.remedies !== ""
        icon: "page"
        title: qsTr("您的权利")
        text: outcome.remedies
    }

    Text {
        visible: outcome.standards.length > 0
        text: qsTr("逐项审查结果")
        color: Theme.ink
        font.family: Theme.serif
        font.pixelSize: Theme.heading
        font.weight: Font.Bold
    }
    Repeater {
        model: outcome.standards
        Item {
            id: standard
            required property var modelData
            readonly property color tone: modelData.outcome === "not_met" ? Theme.signal : Theme.pine
            width: parent.width
            height: sentence.height + 28

            Rectangle {
                width: 60
                height: 60
                radius: 30
                color: standard.modelData.outcome === "undecided" ? "transparent" : standard.tone
                border.width: 4
                border.color: standard.tone
                Glyph {
                    anchors.centerIn: parent
                    size: 42
                    weight: 2.4
                    name: standard.modelData.outcome === "met" ? "check" : standard.modelData.outcome === "not_met" ? "cross" : "person"
                    color: standard.modelData.outcome === "undecided" ? standard.tone : Theme.paper
                }
            }
            Column {
                id: sentence
                x: 92
                width: parent.width - x
                spacing: 4
                Words {
                    width: parent.width
                    text: standard.modelData.title
                    font.pixelSize: 38
                    font.weight: Font.Bold
                }
                Words {
                    width: parent.width
                    text: standard.modelData.explanation
                    font.pixelSize: 34
                }
                Words {
                    width: parent.width
                    text: qsTr("依据：%1").arg(standard.modelData.basis)
                    visible: standard.modelData.basis !== ""
                    color: Theme.inkSoft
                    font.pixelSize: Theme.small
                }
            }
            Rectangle {
                anchors.bottom: parent.bottom
                width: parent.width
                height: 2
                color: Theme.rule
            }
        }
    }

    actions: [
        Action {
            objectName: "button_print"
            width: parent.width
            visible: page.papers
            icon: "printer"
            label: qsTr("打印证照（%1 份）").arg(outcome.documents.length)
            onTapped: act.press("print")
        },
        Action {
            objectName: "button_proceed"
            width: parent.width
            visible: !page.papers
            icon: "receipt"
            label: qsTr("打印凭条")
            onTapped: act.press("proceed")
        },
        Action {
            objectName: "button_ask_human"
            width: parent.width
            primary: false
            enabled: !outcome.humanAsked
            icon: outcome.humanAsked ? "check" : "person"
            label: outcome.humanAsked ? qsTr("已请工作人员复查") : qsTr("请工作人员复查")
            onTapped: act.press("askHuman")
        }
    ]
}
