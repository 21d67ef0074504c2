<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>Card</name>
    <message>
        <source>正在读取身份证</source>
        <translation>Reading your card</translation>
    </message>
    <message>
        <source>身份证没有读成</source>
        <translation>The card was not read</translation>
    </message>
    <message>
        <source>这张证件不能在本机办理</source>
        <translation>This card cannot be used here</translation>
    </message>
    <message>
        <source>请先取回这张证件。如果带了另一张有效的居民身份证，可以直接放上来。</source>
        <translation>Please take this card back. If you have another valid resident ID card with you, just lay it down.</translation>
    </message>
    <message>
        <source>请把身份证放在读卡区</source>
        <translation>Lay your identity card on the reader</translation>
    </message>
    <message>
        <source>请不要移动身份证，大约需要两秒。</source>
        <translation>Please do not move the card. This takes about two seconds.</translation>
    </message>
    <message>
        <source>读卡区在屏幕下方，有身份证标记的位置。办理期间请一直放着，结束后记得取走。</source>
        <translation>The reader is below the screen, marked with a card. Leave the card there until you have finished, then take it with you.</translation>
    </message>
    <message>
        <source>请拿起身份证，再放回读卡区。</source>
        <translation>Please lift the card and lay it on the reader again.</translation>
    </message>
    <message>
        <source>没带身份证？请到人工窗口办理。</source>
        <translation>No card with you? Please go to the staffed counter.</translation>
    </message>
</context>
<context>
    <name>Closed</name>
    <message>
        <source>正在维护</source>
        <translation>Under maintenance</translation>
    </message>
    <message>
        <source>本机遇到故障，已停止服务</source>
        <translation>This kiosk has a fault and has stopped</translation>
    </message>
    <message>
        <source>暂停服务</source>
        <translation>Out of service</translation>
    </message>
    <message>
        <source>技术人员正在检修，完成后自动恢复。</source>
        <translation>A technician is at work. Service resumes by itself.</translation>
    </message>
    <message>
        <source>恢复后本机会自动开始服务。</source>
        <translation>Service resumes by itself once this is repaired.</translation>
    </message>
    <message>
        <source>已经提交的申请不受影响</source>
        <translation>Submitted applications are safe</translation>
    </message>
    <message>
        <source>显示过“已收下”的申请都安全保存，会继续办理。</source>
        <translation>Every application that was shown as received is stored safely and will be processed.</translation>
    </message>
    <message>
        <source>现在需要办理？</source>
        <translation>Need something now?</translation>
    </message>
    <message>
        <source>请使用旁边的自助机，或在工作时间到人工窗口。</source>
        <translation>Please use another kiosk, or the staffed counter during office hours.</translation>
    </message>
    <message>
        <source>请取走读卡区上的身份证</source>
        <translation>Please take your card from the reader</translation>
    </message>
</context>
<context>
    <name>Consent</name>
    <message>
        <source>先征得您的同意</source>
        <translation>First, your consent</translation>
    </message>
    <message>
        <source>为确认是您本人，本机需要读取身份证，并做一次人脸核验。人脸信息属于敏感个人信息，请您知情后选择。</source>
        <translation>To make sure it is you, this kiosk reads your identity card and compares your face once. Your face is sensitive personal information: please read this, then choose.</translation>
    </message>
    <message>
        <source>只作核对</source>
        <translation>Only compared</translation>
    </message>
    <message>
        <source>现场画面只与您身份证芯片中的照片比对，用于确认是本人。</source>
        <translation>The camera picture is compared only with the photo in your card&apos;s chip.</translation>
    </message>
    <message>
        <source>不留存，不上传</source>
        <translation>Not kept, not sent</translation>
    </message>
    <message>
        <source>人脸画面不离开本机，结束办理时清除。上传的只有核验结果和时间。</source>
        <translation>Your face never leaves this kiosk and is erased at the end. Only the result and the time are sent.</translation>
    </message>
    <message>
        <source>可以不同意</source>
        <translation>You may refuse</translation>
    </message>
    <message>
        <source>不同意也能办：请到人工窗口，由工作人员核验身份。不影响办理结果。</source>
        <translation>Staff at the counter can check your identity instead. It makes no difference to the decision.</translation>
    </message>
    <message>
        <source>申请信息</source>
        <translation>Your application</translation>
    </message>
    <message>
        <source>您填写的内容和材料会加密提交审批机关，只用于本次办理。</source>
        <translation>What you enter and capture is encrypted, sent to the authority and used for this case only.</translation>
    </message>
    <message>
        <source>同意，开始核验</source>
        <translation>I agree, start the check</translation>
    </message>
    <message>
        <source>不同意，到人工窗口办理</source>
        <translation>I refuse, use the counter</translation>
    </message>
</context>
<context>
    <name>Countdown</name>
    <message>
        <source>您还在吗？</source>
        <translation>Are you still here?</translation>
    </message>
    <message>
        <source>为保护您的信息，倒计时结束后将退出并清除本次填写的内容。</source>
        <translation>To protect your information, this session ends and is erased when the countdown is over.</translation>
    </message>
    <message>
        <source>我还在，继续办理</source>
        <translation>I&apos;m still here, continue</translation>
    </message>
</context>
<context>
    <name>Decision</name>
    <message>
        <source>原因：%1。</source>
        <translation>Why: %1. </translation>
    </message>
    <message>
        <source>准予登记</source>
        <translation>Granted</translation>
    </message>
    <message>
        <source>这次没有通过</source>
        <translation>Not granted this time</translation>
    </message>
    <message>
        <source>交由工作人员审查</source>
        <translation>A person will decide</translation>
    </message>
    <message>
        <source>已收下，等待审批</source>
        <translation>Received, waiting</translation>
    </message>
    <message>
        <source>已保存，由工作人员处理</source>
        <translation>Kept; staff will deal with it</translation>
    </message>
    <message>
        <source>系统按公开的审查标准逐项审查，全部符合。</source>
        <translation>Checked by machine against each published standard: all are met.</translation>
    </message>
    <message>
        <source>由工作人员审查决定。</source>
        <translation>Decided by an officer.</translation>
    </message>
    <message>
        <source>不符合的标准和原因列在下面。您可以补正后重新申请。</source>
        <translation>What is not met, and why, is listed below. You may correct it and apply again.</translation>
    </message>
    <message>
        <source>系统不能作出全部判断，或您要求人工审查。工作人员会在法定期限内决定。</source>
        <translation>The machine could not decide everything, or you asked for a person. An officer decides within the legal time.</translation>
    </message>
    <message>
        <source>申请已经收下，不会丢失，也不需要重新填写。</source>
        <translation>Your application has been received. It cannot get lost and need not be filled in again.</translation>
    </message>
    <message>
        <source>受理号 %1</source>
        <translation>Reference %1</translation>
    </message>
    <message>
        <source>接下来</source>
        <translation>What happens next</translation>
    </message>
    <message>
        <source>申请已安全保存在本机，网络恢复后自动送出。审批完成后，带同一张身份证到本机领取证照。</source>
        <translation>It is stored safely in this kiosk and is sent by itself when the network is back. Once decided, bring the same card back to this kiosk to collect your licence.</translation>
    </message>
    <message>
        <source>可凭受理号查询结果。准予登记的，带同一张身份证到本机领取证照。</source>
        <translation>Ask about the result with your reference. If granted, bring the same card back to this kiosk to collect your licence.</translation>
    </message>
    <message>
        <source>原因</source>
        <translation>Reasons</translation>
    </message>
    <message>
        <source>您的权利</source>
        <translation>Your rights</translation>
    </message>
    <message>
        <source>逐项审查结果</source>
        <translation>Each standard and its result</translation>
    </message>
    <message>
        <source>依据：%1</source>
        <translation>Basis: %1</translation>
    </message>
    <message>
        <source>打印证照（%1 份）</source>
        <translation>Print the licence (%1 sheets)</translation>
    </message>
    <message>
        <source>打印凭条</source>
        <translation>Print a receipt</translation>
    </message>
    <message>
        <source>已请工作人员复查</source>
        <translation>A person will look at it</translation>
    </message>
    <message>
        <source>请工作人员复查</source>
        <translation>Ask for a human</translation>
    </message>
</context>
<context>
    <name>Face</name>
    <message>
        <source>请慢慢向左转头</source>
        <translation>Slowly turn your head left</translation>
    </message>
    <message>
        <source>请慢慢向右转头</source>
        <translation>Slowly turn your head right</translation>
    </message>
    <message>
        <source>请眨一下眼睛</source>
        <translation>Please blink</translation>
    </message>
    <message>
        <source>请正视前方</source>
        <translation>Please look straight ahead</translation>
    </message>
    <message>
        <source>请看着屏幕上的圆框</source>
        <translation>Please look at the oval</translation>
    </message>
    <message>
        <source>没有看到人脸，请站到屏幕正前方</source>
        <translation>No face in sight: please stand in front of the screen</translation>
    </message>
    <message>
        <source>请靠近一点</source>
        <translation>Please come closer</translation>
    </message>
    <message>
        <source>请往后退一点</source>
        <translation>Please step back a little</translation>
    </message>
    <message>
        <source>光线太暗，请让脸朝向灯光</source>
        <translation>Too dark: please turn to the light</translation>
    </message>
    <message>
        <source>光线太强，请避开背后的亮光</source>
        <translation>Too bright: avoid light behind you</translation>
    </message>
    <message>
        <source>请保持不动</source>
        <translation>Please hold still</translation>
    </message>
    <message>
        <source>画面里有多个人，请单独站在屏幕前</source>
        <translation>Several people in sight: please stand alone</translation>
    </message>
    <message>
        <source>请把脸移到圆框中间</source>
        <translation>Please move your face to the middle</translation>
    </message>
    <message>
        <source>没有认出您与身份证照片是同一人。摘下口罩、帽子或有色眼镜，往往会有帮助。</source>
        <translation>You were not recognised as the person on the card. Taking off a mask, hat or tinted glasses often helps.</translation>
    </message>
    <message>
        <source>没有看清您按提示做的动作。请按提示慢慢做。</source>
        <translation>Your movements could not be made out. Please follow the words slowly.</translation>
    </message>
    <message>
        <source>时间到了，还没有完成提示的动作。</source>
        <translation>The time ran out before the movements were done.</translation>
    </message>
    <message>
        <source>摄像头暂时没有画面。</source>
        <translation>The camera gives no picture at the moment.</translation>
    </message>
    <message>
        <source>身份证里的照片读不出来，无法核对人脸，没有提交任何内容。您仍然可以办理：</source>
        <translation>The photo on your card cannot be read, so your face cannot be compared. Nothing was submitted. You can still be served:</translation>
    </message>
    <message>
        <source>这次没有核验成功</source>
        <translation>The check did not succeed</translation>
    </message>
    <message>
        <source>这一次没有通过</source>
        <translation>Not this time</translation>
    </message>
    <message>
        <source>三次机会已用完，没有提交任何内容。您仍然可以办理：</source>
        <translation>All three attempts are used. Nothing was submitted. You can still be served:</translation>
    </message>
    <message>
        <source>第 %1 次，共 3 次机会</source>
        <translation>Attempt %1 of 3</translation>
    </message>
    <message>
        <source>到人工窗口</source>
        <translation>At the staffed counter</translation>
    </message>
    <message>
        <source>工作人员会当面核对身份证，为您办理。</source>
        <translation>Staff check your card in person and serve you.</translation>
    </message>
    <message>
        <source>稍后再试</source>
        <translation>Try again later</translation>
    </message>
    <message>
        <source>换一个光线好一些的时间，重新从头开始即可。</source>
        <translation>Start again from the beginning, when the light is better.</translation>
    </message>
    <message>
        <source>再试一次</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>结束，取回身份证</source>
        <translation>End and take my card</translation>
    </message>
</context>
<context>
    <name>FieldBox</name>
    <message>
        <source>%1（选填）</source>
        <translation>%1 (optional)</translation>
    </message>
</context>
<context>
    <name>FollowUp</name>
    <message>
        <source>本机编号</source>
        <translation>Number at this kiosk</translation>
    </message>
    <message>
        <source>受理号</source>
        <translation>Reference</translation>
    </message>
    <message>
        <source>扫码查看办理进度</source>
        <translation>Scan to see how far it has come</translation>
    </message>
    <message>
        <source>咨询电话 %1</source>
        <translation>Telephone %1</translation>
    </message>
</context>
<context>
    <name>Footer</name>
    <message>
        <source>上一步</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>结束办理</source>
        <translation>Leave</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>修改后将回到核对页。</source>
        <translation>Afterwards you return to your answers.</translation>
    </message>
    <message>
        <source>申请表第 %1 页，共 %2 页</source>
        <translation>Page %1 of %2 of the form</translation>
    </message>
    <message>
        <source>有 %1 处需要修改</source>
        <translation>To be corrected: %1</translation>
    </message>
    <message>
        <source>保存，回到核对</source>
        <translation>Save, back to my answers</translation>
    </message>
    <message>
        <source>继续</source>
        <translation>Continue</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>网络暂时中断，可以办理</source>
        <translation>No network just now; you can still apply</translation>
    </message>
    <message>
        <source>现在不能办理</source>
        <translation>Not available now</translation>
    </message>
    <message>
        <source>开始填写</source>
        <translation>Begin</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>核验身份</source>
        <translation>Identity</translation>
    </message>
    <message>
        <source>选择事项</source>
        <translation>Choose a service</translation>
    </message>
    <message>
        <source>填写申请</source>
        <translation>Fill in</translation>
    </message>
    <message>
        <source>核对</source>
        <translation>Check</translation>
    </message>
    <message>
        <source>审批</source>
        <translation>Decision</translation>
    </message>
    <message>
        <source>领取</source>
        <translation>Collect</translation>
    </message>
    <message>
        <source>自助政务大厅</source>
        <translation>Government Hall</translation>
    </message>
    <message>
        <source>网络暂断，可继续办理</source>
        <translation>Offline, you can go on</translation>
    </message>
    <message>
        <source>第 %1 步，共 6 步 · %2</source>
        <translation>Step %1 of 6 · %2</translation>
    </message>
</context>
<context>
    <name>Home</name>
    <message>
        <source>%1，您好</source>
        <translation>Welcome, %1</translation>
    </message>
    <message>
        <source>您好</source>
        <translation>Welcome</translation>
    </message>
    <message>
        <source>请选择要办理的事项。</source>
        <translation>Please choose a service.</translation>
    </message>
    <message>
        <source>您有 %1 份证件可以领取</source>
        <translation>Ready to collect: %1</translation>
    </message>
    <message>
        <source>现在打印领取</source>
        <translation>Print them now</translation>
    </message>
    <message>
        <source>您%1的申请，审批机关没能收下</source>
        <translation>Your application of %1 could not be taken in</translation>
    </message>
    <message>
        <source>您%1的申请正在等待发送</source>
        <translation>Your application of %1 waits to be sent</translation>
    </message>
    <message>
        <source>原因：%1。填写的内容和材料都完整保存在本机，没有丢失。</source>
        <translation>Why: %1. What you filled in and photographed is kept whole at this kiosk; nothing is lost.</translation>
    </message>
    <message>
        <source>本机编号 %1，咨询电话 %2</source>
        <translation>Number at this kiosk: %1. Telephone: %2</translation>
    </message>
    <message>
        <source>本机编号 %1</source>
        <translation>Number at this kiosk: %1</translation>
    </message>
    <message>
        <source>搜索事项：名称或拼音首字母</source>
        <translation>Search by name or initials</translation>
    </message>
    <message>
        <source>现在没有可以办理的事项。</source>
        <translation>No service is available now.</translation>
    </message>
    <message>
        <source>没有找到这个事项。请换一个词，或试试拼音首字母。</source>
        <translation>No such service was found. Please try another word.</translation>
    </message>
    <message>
        <source>现在不能办理</source>
        <translation>Not available now</translation>
    </message>
    <message>
        <source>还有 %1 项，可用上面的搜索查看原因</source>
        <translation>%1 more: search above to see why</translation>
    </message>
</context>
<context>
    <name>Idle</name>
    <message>
        <source>夜里，
也能办事。</source>
        <translation>Open, even
at night.</translation>
    </message>
    <message>
        <source>24小时自助政务大厅</source>
        <translation>24-hour self-service Government Hall</translation>
    </message>
    <message>
        <source>办理事项</source>
        <translation>Services</translation>
    </message>
    <message>
        <source>另有 %1 项事项，开始后可查看</source>
        <translation>%1 more, to be seen after the start</translation>
    </message>
    <message>
        <source>%1 份申请正在等待发送</source>
        <translation>Applications waiting to be sent: %1</translation>
    </message>
    <message>
        <source>触摸屏幕，开始办理</source>
        <translation>Touch to start</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>24小时自助政务大厅</source>
        <translation>24-hour self-service Government Hall</translation>
    </message>
</context>
<context>
    <name>Materials</name>
    <message>
        <source>没有看到纸张，请把它平放在拍摄台上。</source>
        <translation>No page in sight. Please lay it flat on the table.</translation>
    </message>
    <message>
        <source>有一部分纸没有拍到，请挪一挪，让四个角都露出来。</source>
        <translation>A part of the page is outside of the picture. Move it until all four corners show.</translation>
    </message>
    <message>
        <source>光线太暗，请不要遮住灯光，再拍一次。</source>
        <translation>It is too dark. Do not cover the lamp, and capture again.</translation>
    </message>
    <message>
        <source>拍得不清楚，请把纸放平，手移开后再拍。</source>
        <translation>The picture is blurred. Lay the page flat, take your hands away and capture again.</translation>
    </message>
    <message>
        <source>纸面反光，请取下塑料膜，或换一个角度。</source>
        <translation>The page reflects light. Take off any plastic cover, or turn the page a little.</translation>
    </message>
    <message>
        <source>拍摄设备暂时没有画面，请稍等再试。</source>
        <translation>The document camera gives no picture. Please try again in a moment.</translation>
    </message>
    <message>
        <source>看得清楚吗？</source>
        <translation>Is it easy to read?</translation>
    </message>
    <message>
        <source>四角完整、文字清楚、没有反光，就可以使用。</source>
        <translation>Use it if all four corners are there, the text is clear and nothing reflects.</translation>
    </message>
    <message>
        <source>第 %1 份材料，共 %2 份</source>
        <translation>Document %1 of %2</translation>
    </message>
    <message>
        <source>正在拍摄…</source>
        <translation>Capturing…</translation>
    </message>
    <message>
        <source>拍摄</source>
        <translation>Capture</translation>
    </message>
    <message>
        <source>清楚，使用这张</source>
        <translation>Clear, use this one</translation>
    </message>
    <message>
        <source>重新拍摄</source>
        <translation>Capture again</translation>
    </message>
</context>
<context>
    <name>Print</name>
    <message>
        <source>等待打印</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>正在排版</source>
        <translation>Being prepared</translation>
    </message>
    <message>
        <source>正在打印</source>
        <translation>Printing</translation>
    </message>
    <message>
        <source>已打印，请取走</source>
        <translation>Printed, please take it</translation>
    </message>
    <message>
        <source>没有打印出来</source>
        <translation>Not printed</translation>
    </message>
    <message>
        <source>不能确定是否印出</source>
        <translation>It is not known whether it was printed</translation>
    </message>
    <message>
        <source>证照仍然有效，随时带同一张身份证来领取。</source>
        <translation>Your licence remains valid. Bring the same card at any time to collect it.</translation>
    </message>
    <message>
        <source>为避免重复出证，本机不再重印。请看出纸口：有纸请取走；没有请联系工作人员。</source>
        <translation>So that no licence exists twice, this kiosk does not print it again. Look at the paper outlet: if there is a sheet, take it; if not, please ask the staff.</translation>
    </message>
    <message>
        <source>正在打印您的证照</source>
        <translation>Printing your licence</translation>
    </message>
    <message>
        <source>请取走您的证照</source>
        <translation>Please take your licence</translation>
    </message>
    <message>
        <source>打印没有全部完成</source>
        <translation>Not everything was printed</translation>
    </message>
    <message>
        <source>每一份出纸后，这里才会显示“已打印”。</source>
        <translation>A sheet is called printed only once it has come out.</translation>
    </message>
    <message>
        <source>出纸口在屏幕右下方，请点清份数。</source>
        <translation>The outlet is at the lower right. Please count the sheets.</translation>
    </message>
    <message>
        <source>已取走，打印凭条</source>
        <translation>Taken, print a receipt</translation>
    </message>
    <message>
        <source>继续，打印凭条</source>
        <translation>Go on, print a receipt</translation>
    </message>
</context>
<context>
    <name>Receipt</name>
    <message>
        <source>请取走凭条</source>
        <translation>Please take your receipt</translation>
    </message>
    <message>
        <source>凭条没有打印出来</source>
        <translation>The receipt was not printed</translation>
    </message>
    <message>
        <source>正在打印凭条</source>
        <translation>Printing your receipt</translation>
    </message>
    <message>
        <source>请稍候，几秒钟就好。</source>
        <translation>Just a few seconds.</translation>
    </message>
    <message>
        <source>凭条上有编号、查询方式和电话。</source>
        <translation>It shows your number, how to follow up, and a telephone number.</translation>
    </message>
    <message>
        <source>这不影响您的办理结果。请记下或拍下编号。</source>
        <translation>This does not change your result. Please note or photograph the number.</translation>
    </message>
    <message>
        <source>受理号</source>
        <translation>Reference</translation>
    </message>
    <message>
        <source>办理完毕</source>
        <translation>I have finished</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message>
        <source>请核对您的申请</source>
        <translation>Check your answers</translation>
    </message>
    <message>
        <source>%1。提交前请逐项看一遍，有误可以修改。</source>
        <translation>%1. Please read through before you submit. Anything wrong can be changed.</translation>
    </message>
    <message>
        <source>修改</source>
        <translation>Change</translation>
    </message>
    <message>
        <source>未填写</source>
        <translation>Not given</translation>
    </message>
    <message>
        <source>材料</source>
        <translation>Documents</translation>
    </message>
    <message>
        <source>已拍摄</source>
        <translation>Captured</translation>
    </message>
    <message>
        <source>提交即表示以上内容真实、准确。</source>
        <translation>By submitting you declare that this is true and accurate.</translation>
    </message>
    <message>
        <source>确认无误，提交申请</source>
        <translation>All correct, submit</translation>
    </message>
</context>
<context>
    <name>ServiceRow</name>
    <message>
        <source>可以先看办事指南</source>
        <translation>You can read the guide meanwhile</translation>
    </message>
</context>
<context>
    <name>Submit</name>
    <message>
        <source>已收下您的申请</source>
        <translation>We have your application</translation>
    </message>
    <message>
        <source>正在保存您的申请</source>
        <translation>Storing your application</translation>
    </message>
    <message>
        <source>已收下，正在送出</source>
        <translation>Received, being sent</translation>
    </message>
    <message>
        <source>审批机关正在审查</source>
        <translation>The authority is reviewing</translation>
    </message>
    <message>
        <source>网络暂时不通。申请已安全保存在本机，网络恢复后自动送出，不需要您重新填写。</source>
        <translation>The network is down. Your application is stored safely in this kiosk and is sent by itself later. You need not fill it in again.</translation>
    </message>
    <message>
        <source>保存好之前，请不要离开。</source>
        <translation>Please do not leave before it is stored.</translation>
    </message>
    <message>
        <source>申请已安全保存，不会丢失。</source>
        <translation>It is stored safely and cannot get lost.</translation>
    </message>
    <message>
        <source>加密保存在本机</source>
        <translation>Encrypted and stored here</translation>
    </message>
    <message>
        <source>送达审批机关</source>
        <translation>Delivered to the authority</translation>
    </message>
    <message>
        <source>逐项审查</source>
        <translation>Reviewed point by point</translation>
    </message>
    <message>
        <source>接下来</source>
        <translation>What happens next</translation>
    </message>
    <message>
        <source>审批完成后，带同一张身份证回到本机，即可领取证照。凭条上有查询号码和电话。</source>
        <translation>Once it is decided, bring the same card back to this kiosk to collect your licence. The receipt shows a number and a telephone for questions.</translation>
    </message>
    <message>
        <source>打印凭条</source>
        <translation>Print a receipt</translation>
    </message>
</context>
<context>
    <name>TakeCard</name>
    <message>
        <source>办理完毕，谢谢您。本次的个人信息已从屏幕清除。</source>
        <translation>All done, thank you. Your information has been cleared from the screen.</translation>
    </message>
    <message>
        <source>长时间没有操作，已为您退出并清除填写的内容。</source>
        <translation>Nobody touched the screen for a while, so this session was ended and erased.</translation>
    </message>
    <message>
        <source>没有进行人脸核验。请到人工窗口，由工作人员为您办理。</source>
        <translation>No face check was made. The staff at the counter will serve you.</translation>
    </message>
    <message>
        <source>身份没有核验成功，没有提交任何内容。请到人工窗口办理。</source>
        <translation>The identity check did not succeed and nothing was submitted. Please go to the counter.</translation>
    </message>
    <message>
        <source>已结束办理，填写的内容已清除。</source>
        <translation>The session has ended and what you entered is erased.</translation>
    </message>
    <message>
        <source>请取走身份证</source>
        <translation>Please take your card</translation>
    </message>
    <message>
        <source>再见</source>
        <translation>Goodbye</translation>
    </message>
</context>
</TS>
