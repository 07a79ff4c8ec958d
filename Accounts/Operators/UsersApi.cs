using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Accounts;

/// <summary>Finding users and reading what they have.</summary>
internal static class UsersApi
{
    private const int MaxMails = 100;

    public static void MapUsers(this RouteGroupBuilder operators)
    {
        operators.MapGet("/users", FindAsync).Produces<UsersResponse>();
        operators.MapGet("/users/{uid}", GetAsync).Produces<UserDetailsResponse>();
        operators.MapGet("/users/{uid}/ledger", LedgerAsync).Produces<UserLedgerResponse>();
        operators.MapGet("/users/{uid}/mails", MailsAsync).Produces<MailsResponse>();
    }

    private static async Task<IResult> FindAsync(
        AccountReader accounts, UserReader users, WalletJoins joins, JobsService.JobsServiceClient jobs,
        PaymentsService.PaymentsServiceClient payments, CancellationToken cancellationToken,
        string? uid = null, string? email = null, string? job = null, string? payment = null)
    {
        if (new[] { uid, email, job, payment }.Count(text => text is not null) != 1)
        {
            return Problems.Validation(("query", "must have one of uid, email, job and payment"));
        }
        if (email is not null)
        {
            return EmailAddress.Normalize(email) is not { } address
                ? Problems.Validation(("email", "must be an e-mail address"))
                : await accounts.FindUserAsync(address, cancellationToken) is { } owner
                    ? Users(await users.ReadAsync(owner, cancellationToken))
                    : Users();
        }
        if (uid is not null && !UserIdText.TryRead(uid, out _))
        {
            return Problems.Validation(("uid", "must be a UUID"));
        }
        var userId = uid ?? await OwnerAsync(job is not null
            ? async () => (await jobs.GetReceiptAsync(new GetReceiptRequest { JobId = job }, cancellationToken: cancellationToken)).UserId
            : async () => (await payments.FindPaymentAsync(
                new FindPaymentRequest { Id = payment }, cancellationToken: cancellationToken)).UserId);
        if (userId is null)
        {
            return Users();
        }
        // Payments and jobs keep the user of their time. The person can be reached by the account.
        var named = Guid.Parse(userId);
        var account = (await joins.FindAsync(named, cancellationToken))?.IntoUserId ?? named;
        return Users(await users.ReadAsync(account, cancellationToken));
    }

    private static async Task<IResult> GetAsync(
        string uid, UserReader users, Suppressions suppressions, WalletService.WalletServiceClient wallet,
        CancellationToken cancellationToken)
    {
        if (!UserIdText.TryRead(uid, out var userId))
        {
            return OperatorRequests.NotFound();
        }
        var balance = await wallet.GetBalanceAsync(new GetBalanceRequest { UserId = uid }, cancellationToken: cancellationToken);
        var lots = await wallet.ListLotsAsync(new ListLotsRequest { UserId = uid }, cancellationToken: cancellationToken);
        var user = await users.ReadAsync(userId, cancellationToken);
        var suppressed = await suppressions.FindAsync(userId, cancellationToken);
        return TypedResults.Ok(new UserDetailsResponse(
            user, balance.ToResponse(), [.. lots.Lots.Select(OperatorMapping.ToResponse)], SuppressionResponse.Of(suppressed)));
    }

    private static async Task<IResult> LedgerAsync(
        string uid, WalletService.WalletServiceClient wallet, CancellationToken cancellationToken,
        string? limit = null, string? cursor = null)
    {
        if (!UserIdText.TryRead(uid, out _))
        {
            return OperatorRequests.NotFound();
        }
        var (page, problem) = await OperatorRequests.PageOfAsync(limit, cursor, async (size, after) => await wallet.ListEntriesAsync(
            new ListEntriesRequest { UserId = uid, Limit = size, Cursor = after }, cancellationToken: cancellationToken));
        return problem ?? TypedResults.Ok(page!.ToResponse());
    }

    private static async Task<IResult> MailsAsync(
        string uid, AccountsDbContext database, Suppressions suppressions, CancellationToken cancellationToken)
    {
        if (!UserIdText.TryRead(uid, out var userId))
        {
            return OperatorRequests.NotFound();
        }
        var mails = await database.Mails.AsNoTracking()
            .Where(mail => mail.AboutId == userId
                || database.WalletJoins.Any(join => join.FromUserId == mail.AboutId && join.IntoUserId == userId
                    && join.State != WalletJoinState.Rejected)
                || database.Accounts.Any(row => row.UserId == userId && row.Email == mail.Recipient))
            .OrderByDescending(mail => mail.CreatedAt).Take(MaxMails).ToListAsync(cancellationToken);
        var suppressed = await suppressions.FindAsync(userId, cancellationToken);
        return TypedResults.Ok(new MailsResponse(SuppressionResponse.Of(suppressed), [.. mails.Select(OperatorMapping.ToResponse)]));
    }

    private static async Task<string?> OwnerAsync(Func<Task<string>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RpcException rejected) when (ServiceRejections.IsRejection(rejected))
        {
            return null;
        }
    }

    private static IResult Users(params UserResponse[] users) => TypedResults.Ok(new UsersResponse(users));
}
