using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Writes the text of a mail when it is sent. A mail with details is written the same for each attempt.</summary>
internal sealed class MailWriter(
    IDbContextFactory<AccountsDbContext> databases, LinkTokens tokens, UnsubscribeTokens unsubscribeTokens, IOptions<AppOptions> app,
    IOptions<MailOptions> options, TimeProvider time)
{
    /// <summary>The page that confirms a link. The token is behind the #, where no server and no log sees it.</summary>
    public const string SignInPage = "/sign-in.html#token=";

    /// <summary>The page that confirms a change of an account's address. The token is behind the #, as that of a sign-in.</summary>
    public const string AddressPage = "/address.html#token=";

    /// <summary>The page of a user's tickets.</summary>
    public const string SupportPage = "/support.html";

    /// <summary>What the mail says; null when it has become pointless.</summary>
    public async Task<MailContent?> WriteAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        var text = mail.Kind switch
        {
            MailKind.SignIn => await SignInAsync(mail.AboutId, cancellationToken),
            MailKind.Receipt or MailKind.Refund or MailKind.Dispute or MailKind.AutoTopup =>
                PaymentTexts.Of(MailDetails.Read<PaymentDetails>(mail), AppUrl),
            MailKind.LowBalance => JobTexts.LowBalance(MailDetails.Read<BalanceDetails>(mail), AppUrl),
            MailKind.JobFinished => JobText(JobTexts.Finished, mail),
            MailKind.JobFailed => JobText(JobTexts.Failed, mail),
            MailKind.Ticket => TicketTexts.Of(MailDetails.Read<TicketDetails>(mail), $"{app.Value.BaseUrl}{SupportPage}"),
            MailKind.AddressChange => await AddressAsync(MailDetails.Read<AddressDetails>(mail), cancellationToken),
            MailKind.Passkey => PasskeyTexts.Of(MailDetails.Read<PasskeyDetails>(mail), AppUrl, $"{app.Value.BaseUrl}{SupportPage}"),
            MailKind.Alert => AlertTexts.Mail(MailDetails.Read<AlertDigest>(mail)),
        };
        if (text is not null && !mail.Kind.IsRequired())
        {
            text.Unsubscribe(new Uri(
                $"{app.Value.BaseUrl}{UnsubscribeApi.Path}/{unsubscribeTokens.Create(new Unsubscription(mail.AboutId, mail.Kind))}"));
        }
        return text?.Write();
    }

    private string AppUrl => $"{app.Value.BaseUrl}/";

    private MailText JobText(Func<JobDetails, string, MailText> write, OutgoingMail mail)
    {
        var job = MailDetails.Read<JobDetails>(mail);
        return write(job, app.Value.BaseUrl + options.Value.JobPage.Replace(MailOptions.JobId, $"{job.JobId}", StringComparison.Ordinal));
    }

    private async Task<MailText?> SignInAsync(Guid linkId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var link = await database.SignInLinks.AsNoTracking()
            .SingleOrDefaultAsync(row => row.LinkId == linkId && row.UsedAt == null && row.ExpiresAt > now, cancellationToken);
        return link is null
            ? null
            : SignInTexts.Link($"{app.Value.BaseUrl}{SignInPage}{tokens.Create(LinkPurpose.SignIn, linkId)}", link.ExpiresAt);
    }

    private async Task<MailText?> AddressAsync(AddressDetails details, CancellationToken cancellationToken)
    {
        if (details.LinkId is not { } linkId)
        {
            return AddressTexts.Changed(details, $"{app.Value.BaseUrl}{SupportPage}");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var isOpen = await database.AddressChanges.AnyAsync(
            row => row.State == AddressChangeState.Pending && row.ExpiresAt > now
                && ((row.OldLinkId == linkId && row.OldConfirmedAt == null) || (row.NewLinkId == linkId && row.NewConfirmedAt == null)),
            cancellationToken);
        return isOpen
            ? AddressTexts.Confirm(details, $"{app.Value.BaseUrl}{AddressPage}{tokens.Create(LinkPurpose.AddressChange, linkId)}")
            : null;
    }
}
