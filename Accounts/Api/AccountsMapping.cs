using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Maps the domain to REST and gRPC responses.</summary>
internal static class AccountsMapping
{
    private const int MaxActionLength = 50;
    private const long MaxReported = 1_000_000_000_000;

    public static AccountResponse ToResponse(
        this Account? account, Guid userId, string? pendingEmail, IReadOnlyCollection<MailKind> switchedOff) => new(
        userId, account?.Email, pendingEmail, account.ToRoles(),
        MailKinds.OfUsers.ToDictionary(kind => kind.ToText(), kind => !switchedOff.Contains(kind)));

    public static V1.GetAccountResponse ToMessage(this Account account) => new()
    {
        UserId = account.UserId.ToString(),
        Email = account.Email,
        CreatedAt = account.CreatedAt.ToTimestamp(),
        Roles = { account.ToRoles() },
    };

    public static V1.SetRoleResponse ToMessage(this RoleChange change) => change switch
    {
        RoleChange.Done => new V1.SetRoleResponse(),
        RoleChange.NoAccount => throw AccountNotFound(),
        RoleChange.NotAllowed => throw RpcErrors.Reject(
            StatusCode.PermissionDenied, V1.AccountsErrorCodes.PermissionDenied, "Only an admin changes roles."),
        RoleChange.LastAdmin => throw RpcErrors.Reject(
            StatusCode.FailedPrecondition, V1.AccountsErrorCodes.LastAdmin,
            "The user is the only admin. Make another user an admin first."),
    };

    public static V1.ListOperatorsResponse ToMessage(
        this IReadOnlyList<Account> operators, IReadOnlyList<Guid> deleted, IReadOnlyList<Guid> joined) =>
        new()
        {
            DeletedUserIds = { deleted.Select(id => id.ToString()) },
            JoinedUserIds = { joined.Select(id => id.ToString()) },
            Operators = { operators.Select(row => new V1.OperatorEntry { UserId = row.UserId.ToString(), Role = row.Role.ToText() }) },
        };

    public static AuditedAct ToAct(this V1.BeginActRequest request) => new(
        Action(request.Action), Id("actor_id", request.ActorId), Id("subject_id", request.SubjectId), Reason(request.Reason))
    {
        ActId = Id("act_id", request.ActId),
        ClientAddress = CallerAddress.Parse(request.ClientAddress),
    };

    public static GatewayTraffic ToTraffic(this V1.ReportTrafficRequest request) => new()
    {
        GatewayId = Id("gateway_id", request.GatewayId),
        Number = request.Number > 0 ? request.Number : throw Invalid("number must be 1 or more."),
        Requests = request.Requests is >= 0 and <= MaxReported ? request.Requests : throw Invalid("requests is out of range."),
        Errors = request.Errors >= 0 && request.Errors <= request.Requests ? request.Errors : throw Invalid("errors is out of range."),
    };

    public static V1.CheckAuditLogResponse ToMessage(this AuditCheckResult result) => new()
    {
        FirstBrokenSequence = result.FirstBroken ?? 0,
        LastSequence = result.Last,
        LastHash = ByteString.CopyFrom(result.LastHash),
        IsComplete = result.IsComplete,
    };

    public static string Reason(string text) => OperatorReason.Read(text) ?? throw Invalid($"reason {OperatorReason.Problem}.");

    public static Role Role(string text) => Roles.Parse(text) ?? throw Invalid("role must be user, support or admin.");

    private static string Action(string text) =>
        text.Length is > 0 and <= MaxActionLength && text.All(character => character is (>= 'a' and <= 'z') or '_')
            ? text
            : throw Invalid($"action must be 1 to {MaxActionLength} characters of a-z and _.");

    public static long Sequence(string field, long value) => value >= 0 ? value : throw Invalid($"{field} must be 0 or more.");

    public static Guid Id(string field, string text) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw Invalid($"{field} must be a UUID.");

    public static RpcException AccountNotFound() =>
        RpcErrors.Reject(StatusCode.NotFound, V1.AccountsErrorCodes.AccountNotFound, "The user has no account.");

    /// <summary>The names of the roles: everyone who has an account is a user.</summary>
    public static string[] ToRoles(this Account? account) => account switch
    {
        null => [],
        { Role: ServiceDefaults.Role.User } => [ServiceDefaults.Role.User.ToText()],
        _ => [ServiceDefaults.Role.User.ToText(), account.Role.ToText()],
    };

    private static RpcException Invalid(string detail) =>
        RpcErrors.Reject(StatusCode.InvalidArgument, V1.AccountsErrorCodes.InvalidArgument, detail);
}
