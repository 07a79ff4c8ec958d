using System.Text.Json;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;

namespace ReelBallers.Accounts.Tests;

/// <summary>What the mails say.</summary>
public sealed class MailTextTests(FeedFixture accounts) : IClassFixture<FeedFixture>
{
    [Theory]
    [InlineData(PaymentEventType.Credited, "", "Receipt: $12.34 for 1,500 credits", "1,500 credits are in your wallet")]
    [InlineData(PaymentEventType.Refunded, "re_1", "Refund of $12.34", "1,500 credits of this payment were taken")]
    [InlineData(PaymentEventType.RefundFailed, "re_1", "Your refund of $12.34 has failed", "are in your wallet again")]
    [InlineData(PaymentEventType.Disputed, "dp_1", "A payment of $12.34 is disputed", "cannot be spent")]
    [InlineData(PaymentEventType.DisputeWon, "dp_1", "The dispute of $12.34 is closed", "the payment of $12.34 stands")]
    [InlineData(PaymentEventType.DisputeLost, "dp_1", "The dispute of $12.34 is closed", "stays taken back")]
    [InlineData(PaymentEventType.AutoTopupStopped, "card_unusable", "Your automatic top-ups have stopped", "Save another card")]
    [InlineData(PaymentEventType.AutoTopupStopped, "monthly_cap_reached", "Your automatic top-ups have stopped", "Raise the monthly limit")]
    [InlineData(
        PaymentEventType.AutoTopupActionRequired, "authentication_required", "Please confirm your automatic top-up", "Nothing was charged")]
    public async Task Each_event_of_a_payment_has_its_mail(PaymentEventType type, string reference, string subject, string says)
    {
        var mail = await MailAsync(user => accounts.Payments.Add(FeedFixture.Payment(user, type, reference)));
        Assert.Equal(subject, mail.GetProperty("subject").GetString());
        Assert.Contains(says, Text(mail), StringComparison.Ordinal);
        Assert.Contains(" UTC\n", Text(mail), StringComparison.Ordinal);
        Assert.Contains($"<h1 style=\"font-size:20px;margin:0 0 16px\">{subject}</h1>", Html(mail), StringComparison.Ordinal);
        Assert.Contains("name=\"color-scheme\" content=\"light dark\"", Html(mail), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PaymentEventType.Credited, 0, "Receipt: $12.34 for access to A", "You get access to A under the user name", "credit", "A")]
    [InlineData(
        PaymentEventType.Credited, 0, "Receipt: $12.34 for access to A, B and C", "You get access to A, B and C.", "credit", "A", "B", "C")]
    [InlineData(
        PaymentEventType.Credited, 500, "Receipt: $12.34 for 500 credits and access to A and B",
        "500 credits are in your wallet.\n\nYou get access to A and B under", "No credits", "A", "B")]
    [InlineData(PaymentEventType.Credited, 1, "Receipt: $12.34 for 1 credit", "1 credit is in your wallet", "access")]
    [InlineData(
        PaymentEventType.Refunded, 0, "Refund of $12.34", "When the whole payment is returned, the access to A that it", "credits", "A")]
    [InlineData(
        PaymentEventType.Refunded, 500, "Refund of $12.34",
        "500 credits of this payment were taken from your wallet.\n\nWhen the whole payment is returned, the access to A that",
        "No credits", "A")]
    [InlineData(PaymentEventType.Refunded, 0, "Refund of $12.34", "No credits were taken from your wallet", "access")]
    [InlineData(PaymentEventType.RefundFailed, 0, "Your refund of $12.34 has failed", "Whatever was taken for it is yours", "credits", "A")]
    public async Task What_was_bought_is_named_credits_access_or_both(
        PaymentEventType type, long credits, string subject, string says, string saysNot, params string[] access)
    {
        var user = Guid.Empty;
        var mail = await MailAsync(one =>
            accounts.Payments.Add(FeedFixture.Payment(user = one, type, "re_1", credits: credits, access: access)));
        Assert.Equal(subject, mail.GetProperty("subject").GetString());
        var text = $"{PreheaderIn(mail)}\n{Text(mail)}";
        Assert.Contains(says, text, StringComparison.Ordinal);
        Assert.DoesNotContain(saysNot, text, StringComparison.Ordinal);
        Assert.Equal(access.Length > 0, text.Contains("Pack: pro\n", StringComparison.Ordinal));
        if (type == PaymentEventType.Credited)
        {
            // Operators are told the same.
            Assert.StartsWith(subject["Receipt: ".Length..] + $" by user {user}", await accounts.Database.ScalarAsync<string>(
                $"select text from alerts where kind = 'purchase' and text like '%{user}%'"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_receipt_has_the_link_of_Stripes_receipt()
    {
        var mail = await MailAsync(user => accounts.Payments.Add(FeedFixture.Payment(user)));
        Assert.Contains("Receipt: https://pay.stripe.com/receipts/r?a=1&b=2\n", Text(mail), StringComparison.Ordinal);
        Assert.Contains("href=\"https://pay.stripe.com/receipts/r?a=1&amp;b=2\"", Html(mail), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_receipt_of_an_automatic_top_up_says_that_it_was_one()
    {
        var user = Guid.Empty;
        var mail = await MailAsync(one => accounts.Payments.Add(FeedFixture.Payment(user = one, session: "")));
        Assert.Equal("Automatic top-up: $12.34 for 1,500 credits", mail.GetProperty("subject").GetString());
        Assert.StartsWith($"$12.34 for 1,500 credits by user {user}, an automatic top-up (pi_", await accounts.Database
            .ScalarAsync<string>($"select text from alerts where kind = 'purchase' and text like '%{user}%'"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("card_required", "There is no saved card any more.", "Save another card")]
    [InlineData("card_declined", "Your bank has declined the payment.", "Save another card")]
    [InlineData("card_unusable", "The saved card can no longer be used", "Save another card")]
    [InlineData("insufficient_funds", "did not have enough money.", "Turn them on again when")]
    [InlineData("authentication_required", "Your bank wants you to confirm", "Turn them on again when")]
    [InlineData("monthly_cap_reached", "What you allow in a month is reached.", "Raise the monthly limit")]
    [InlineData("topup_limited", "The limit of top-ups is reached.", "Turn them on again tomorrow.")]
    [InlineData("topup_blocked", "are blocked.", "Write to us")]
    [InlineData("pack_unavailable", "is no longer sold.", "Choose a pack")]
    [InlineData("price_changed", "has changed.", "Choose a pack")]
    [InlineData("payment_reversed", "was refunded or disputed.", "Turn them on again when")]
    [InlineData("processing_error", "The payment could not be made.", "Turn them on again when")]
    public void Each_reason_why_automatic_top_ups_have_stopped_is_told_with_what_to_do(string reason, string why, string remedy)
    {
        var payment = new PaymentDetails(PaymentNews.TopupsStopped, 0, "usd", 0, "", reason, "", DateTimeOffset.UnixEpoch);
        var text = PaymentTexts.Of(payment, "https://app.example.com/").Write().Text;
        Assert.Contains(why, text, StringComparison.Ordinal);
        Assert.Contains(remedy, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_job_has_a_link_to_its_page_and_none_to_its_file()
    {
        var job = Guid.NewGuid();
        var mail = await MailAsync(user => accounts.Jobs.Add(FeedFixture.Job(user, job: job)));
        Assert.Equal("Your video is ready", mail.GetProperty("subject").GetString());
        Assert.Contains($"Open the video: https://app.example.com/#job-{job}\n", Text(mail), StringComparison.Ordinal);
        Assert.Contains("Charged: 30 credits\n", Text(mail), StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz", mail.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(JobStatus.Failed)]
    [InlineData(JobStatus.TimedOut)]
    public async Task A_failed_job_says_why_and_what_was_returned(JobStatus status)
    {
        const string Error = "no <script>alert(1)</script>\r\nBcc: you@example.com";
        var mail = await MailAsync(user => accounts.Jobs.Add(FeedFixture.Job(user, status, Error)));
        Assert.Equal("Your video could not be made", mail.GetProperty("subject").GetString());
        Assert.Contains("You were not charged: 40 credits were returned", Text(mail), StringComparison.Ordinal);
        Assert.Contains("no &lt;script&gt;alert(1)&lt;/script&gt;  Bcc: you@example.com", Html(mail), StringComparison.Ordinal);
        Assert.DoesNotContain("\nBcc", Text(mail), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_job_causes_no_mail()
    {
        var (user, email) = await accounts.PersonAsync();
        accounts.Jobs.Add(FeedFixture.Job(user, JobStatus.Cancelled));
        await accounts.HandledAsync();
        Assert.Empty(await accounts.MailsAsync(email));
    }

    [Fact]
    public void What_is_inserted_into_a_subject_makes_no_second_header()
    {
        var content = new MailText("a\r\nBcc: you@example.com", "b\n").Say("c\u2028d").Write();
        Assert.Equal("a  Bcc: you@example.com", content.Subject);
        Assert.DoesNotContain('\n', content.Subject);
    }

    private async Task<JsonElement> MailAsync(Action<Guid> happens)
    {
        var (user, email) = await accounts.PersonAsync();
        happens(user);
        return Assert.Single(await accounts.GotAsync(email));
    }

    // The line that mail programs show beside the subject.
    private static string PreheaderIn(JsonElement mail)
    {
        var html = Html(mail);
        var start = html.IndexOf("<body", StringComparison.Ordinal);
        return html[start..html.IndexOf("</div>", start, StringComparison.Ordinal)];
    }

    private static string Text(JsonElement mail) => mail.GetProperty("text").GetString()!;

    private static string Html(JsonElement mail) => mail.GetProperty("html").GetString()!;
}
