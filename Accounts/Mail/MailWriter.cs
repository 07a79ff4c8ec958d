using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Writes the text of a mail when it is sent.</summary>
internal sealed class MailWriter(
    IDbContextFactory<AccountsDbContext> databases, LinkTokens tokens, IOptions<AppOptions> app, TimeProvider time)
{
    /// <summary>The page that confirms a link. The token is behind the #, where no server and no log sees it.</summary>
    public const string SignInPage = "/sign-in.html#token=";

    /// <summary>What the mail says; null when it has become pointless.</summary>
    public Task<MailContent?> WriteAsync(OutgoingMail mail, CancellationToken cancellationToken) => mail.Kind switch
    {
        MailKind.SignIn => SignInAsync(mail.AboutId, cancellationToken),
    };

    private async Task<MailContent?> SignInAsync(Guid linkId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var link = await database.SignInLinks.AsNoTracking()
            .SingleOrDefaultAsync(row => row.LinkId == linkId && row.UsedAt == null && row.ExpiresAt > now, cancellationToken);
        return link is null
            ? null
            : MailTemplates.SignIn($"{app.Value.BaseUrl}{SignInPage}{tokens.Create(linkId)}", link.ExpiresAt);
    }
}
