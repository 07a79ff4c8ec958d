using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using Stripe;

namespace ReelBallers.Payments.Tests;

/// <summary>Evidence for disputes.</summary>
[Collection(StackCollection.Name)]
public sealed class DisputeEvidenceTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task It_says_what_was_bought_and_used_and_is_submitted()
    {
        var before = await stack.PaidAsync(_user);
        await stack.SpendAsync(_user, 30);
        var paid = await stack.PaidAsync(_user, """{"pack":"pro"}""");
        await stack.SpendAsync(_user, 120);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        // The bonus of the disputed payment ends first and is spent first.
        await stack.WalletBecomesAsync(_user, 470, owed: 120, frozen: true);

        var preview = await SubmitAsync(dispute, isPreview: true);
        Assert.Equal("needs_response", preview.Status);
        Assert.False((await ReadAsync(dispute)).EvidenceDetails.HasEvidence);
        var submitted = await SubmitAsync(dispute, note: "Ann spoke to the payer.");

        var read = await ReadAsync(dispute);
        Assert.Equal(("under_review", 1), (read.Status, read.EvidenceDetails.SubmissionCount));
        Assert.Equal(read.EvidenceDetails.DueBy, submitted.DueBy.ToDateTime());
        Assert.Contains("2,000 credits + 200 bonus credits for $20.00", read.Evidence.UncategorizedText, StringComparison.Ordinal);
        Assert.Contains("Receipt: http", read.Evidence.UncategorizedText, StringComparison.Ordinal);
        Assert.Contains("Ann spoke to the payer.", read.Evidence.UncategorizedText, StringComparison.Ordinal);
        Assert.Contains("120 credits", read.Evidence.AccessActivityLog, StringComparison.Ordinal);
        Assert.DoesNotContain(": 30 credits", read.Evidence.AccessActivityLog, StringComparison.Ordinal);
        Assert.DoesNotContain(before.PaymentIntentId, read.Evidence.UncategorizedText, StringComparison.Ordinal);
        var again = await Assert.ThrowsAsync<RpcException>(() => SubmitAsync(dispute));
        Assert.Equal((StatusCode.FailedPrecondition, V1.PaymentsErrorCodes.StripeRejected), (again.StatusCode, again.ErrorCode()));
    }

    [Fact]
    public async Task A_dispute_that_waits_for_evidence_is_logged_with_its_due_date()
    {
        var log = new CollectedLogs();
        await using var replica = await stack.StartPaymentsAsync(log);
        var paid = await stack.PaidAsync(_user);
        await using var lost = await stack.FaultAsync("drop_webhook", "charge.dispute.*", times: 10);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);

        await new V1.PaymentsService.PaymentsServiceClient(replica.Invoker()).ReconcileAsync(
            new(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(2));

        var due = (await ReadAsync(dispute)).EvidenceDetails.DueBy!.Value.ToString("u", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(
            log.Lines, line => line.Contains(dispute, StringComparison.Ordinal) && line.Contains(due, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dp_unknown", "ann", StatusCode.NotFound, V1.PaymentsErrorCodes.DisputeNotFound)]
    [InlineData("../customers", "ann", StatusCode.InvalidArgument, V1.PaymentsErrorCodes.InvalidArgument)]
    [InlineData("dp_1", "", StatusCode.InvalidArgument, V1.PaymentsErrorCodes.InvalidArgument)]
    public async Task What_is_no_dispute_of_ours_is_rejected(string dispute, string actor, StatusCode status, string code)
    {
        var rejection = await Assert.ThrowsAsync<RpcException>(() => SubmitAsync(dispute, actor: actor));

        Assert.Equal((status, code), (rejection.StatusCode, rejection.ErrorCode()));
    }

    [Fact]
    public void A_long_history_is_cut_off()
    {
        var uses = Enumerable.Range(0, 5_000).Select(number => new CreditUse(DateTimeOffset.UnixEpoch, $"job-{number}", 1)).ToList();
        var checkout = new Checkout { Currency = "usd", AmountCents = 500, Credits = 500, ClientAddress = "2001:db8::/64" };

        var evidence = DisputeEvidence.Of(checkout, null, uses, [], "");

        Assert.InRange(evidence.AccessActivityLog.Length, 10_000, DisputeEvidence.MaxTextLength);
        Assert.Matches("and [0-9]+ more\n$", evidence.AccessActivityLog);
        Assert.Null(evidence.CustomerPurchaseIp);
        Assert.Equal("203.0.113.7", DisputeEvidence.Of(
            new Checkout { Currency = "usd", AmountCents = 500, Credits = 500, ClientAddress = "203.0.113.7" }, null, [], [], "")
            .CustomerPurchaseIp);
    }

    [Fact]
    public async Task Files_that_were_downloaded_since_the_purchase_are_listed_in_time_order_beside_the_jobs()
    {
        await DownloadedAsync("before.mp4", "now()");
        var paid = await stack.PaidAsync(_user);
        await DownloadedAsync("first.mp4", "now()", address: "'203.0.113.7'", links: 3);
        await stack.SpendAsync(_user, 120);
        await DownloadedAsync("second.mp4", "now() + interval '1 minute'");
        await DownloadedAsync("", "now() + interval '2 minutes'", address: "null");
        // More than a page.
        await DownloadedAsync("last.mp4", "now() + interval '3 minutes'", rows: 130);
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);

        var evidence = await SubmitAsync(dispute, isPreview: true);

        var log = evidence.ActivityLog.Split('\n')[..5];
        Assert.Matches("^.* UTC link to download first.mp4 requested from 203.0.113.7, 3 times until .* UTC$", log[0]);
        Assert.Matches("^.* UTC job .*: 120 credits$", log[1]);
        Assert.EndsWith(" UTC link to download second.mp4 requested", log[2], StringComparison.Ordinal);
        Assert.EndsWith($" UTC link to download {_user}/output//1.mp4 requested", log[3], StringComparison.Ordinal);
        Assert.EndsWith(" UTC link to download last.mp4 requested", log[4], StringComparison.Ordinal);
        Assert.DoesNotContain("before.mp4", evidence.ActivityLog, StringComparison.Ordinal);
        Assert.Contains("asked 135 times for links to download 133 result files, from ", evidence.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_Storage_nothing_is_submitted_and_the_call_can_be_repeated()
    {
        var paid = await stack.PaidAsync(_user);
        await DownloadedAsync("clip.mp4", "now()");
        var dispute = await stack.DisputeAsync(paid.PaymentIntentId);
        stack.StorageGate.Close();
        try
        {
            var outage = await Assert.ThrowsAsync<RpcException>(() => SubmitAsync(dispute));
            Assert.Equal((StatusCode.Unavailable, V1.PaymentsErrorCodes.StorageUnavailable), (outage.StatusCode, outage.ErrorCode()));
            Assert.True(stack.StorageGate.Refused > 0);
        }
        finally
        {
            stack.StorageGate.Reopen();
        }
        Assert.False((await ReadAsync(dispute)).EvidenceDetails.HasEvidence);

        Assert.Contains("clip.mp4", (await SubmitAsync(dispute)).ActivityLog, StringComparison.Ordinal);
    }

    // The user was given links to a file; as Storage keeps it.
    private Task DownloadedAsync(string filename, string at, string address = "''", int links = 1, int rows = 1) =>
        stack.StorageDatabase.ExecuteAsync(
            $"""
            insert into downloads (user_id, download_id, output_key, client_address, filename, first_at, last_at, link_count)
            select '{_user}', gen_random_uuid(), '{_user}/output/{filename}/' || n || '.mp4', {address}, '{filename}', {at}, {at}, {links}
            from generate_series(1, {rows}) n
            """);

    private async Task<V1.SubmitDisputeEvidenceResponse> SubmitAsync(
        string dispute, string note = "", bool isPreview = false, string actor = "ann") =>
        await stack.Operator.SubmitDisputeEvidenceAsync(
            new() { DisputeId = dispute, Actor = actor, Note = note, Preview = isPreview });

    private async Task<Dispute> ReadAsync(string dispute) => await new DisputeService(stack.Stripe).GetAsync(dispute);
}
