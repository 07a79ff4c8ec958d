using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using ReelBallers.Accounts.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Gateway;

/// <summary>Body of <c>POST /api/admin/users/{uid}/sessions/revoke</c>.</summary>
internal sealed record RevokeSessionsBody(string? Reason = null);

/// <summary>Response of <c>POST /api/admin/users/{uid}/sessions/revoke</c>.</summary>
internal sealed record RevokedSessionsResponse(Guid ActId);

/// <summary>Operators see and end a user's sessions, which belong to the Gateway; the act is recorded by Accounts.</summary>
internal static class UserSessionsApi
{
    private const string KeyHeader = "Idempotency-Key";
    private const int MaxKeyLength = 255;
    private const int MaxBodyBytes = 16 * 1024;
    private const int UuidBytes = 16;

    /// <summary>Maps the endpoints.</summary>
    public static void MapUserSessions(this WebApplication app)
    {
        app.MapGet("/api/admin/users/{uid}/sessions", ListAsync).WithMetadata(new RoutePolicy(Role: Role.Support))
            .Produces<SessionListResponse>();
        app.MapPost("/api/admin/users/{uid}/sessions/revoke", RevokeAsync)
            .WithMetadata(new RoutePolicy(MaxBodyBytes: MaxBodyBytes, Role: Role.Support))
            .ReadsHeader(KeyHeader).Produces<RevokedSessionsResponse>();
    }

    private static async Task<IResult> ListAsync(string uid, KnownSessions sessions, CancellationToken cancellationToken) =>
        UserIdText.TryRead(uid, out var userId)
            ? TypedResults.Json(new SessionListResponse([.. (await sessions.ListAsync(userId, cancellationToken)).Select(session =>
                new SessionBody(session.SessionId, session.CreatedAt, session.LastSeenAt, session.UserAgent, Current: false))]))
            : Problems.ForStatus(StatusCodes.Status404NotFound);

    private static async Task<IResult> RevokeAsync(
        string uid, RevokeSessionsBody body, HttpContext context, AccountsService.AccountsServiceClient accounts, RevokedUsers revoked,
        CancellationToken cancellationToken)
    {
        var key = context.Request.Headers[KeyHeader].ToString();
        var errors = new List<(string, string)>();
        if (key.Length is 0 or > MaxKeyLength || key.Any(character => character is < ' ' or > '~'))
        {
            errors.Add((KeyHeader, $"must be 1 to {MaxKeyLength} printable ASCII characters"));
        }
        var reason = OperatorReason.Read(body.Reason);
        if (reason is null)
        {
            errors.Add(("reason", OperatorReason.Problem));
        }
        if (!UserIdText.TryRead(uid, out var userId))
        {
            return Problems.ForStatus(StatusCodes.Status404NotFound);
        }
        if (errors.Count > 0)
        {
            return Problems.Validation([.. errors]);
        }
        var actor = context.Features.Get<Session>()!.UserId;
        var actId = ActId(actor, key, userId);
        var begin = new BeginActRequest
        {
            ActId = actId.ToString(),
            ActorId = actor.ToString(),
            Role = Role.Support.ToText(),
            Action = "sessions_revoked",
            SubjectId = uid,
            Reason = reason,
            ClientAddress = ClientAddress.OfClient(context) ?? "",
        };
        try
        {
            var begun = await accounts.BeginActAsync(begin, cancellationToken: cancellationToken);
            if (!begun.Ended)
            {
                await revoked.RevokeAsync(userId, cancellationToken);
                await accounts.EndActAsync(new EndActRequest { ActId = begin.ActId }, cancellationToken: cancellationToken);
            }
            return TypedResults.Json(new RevokedSessionsResponse(actId));
        }
        catch (RpcException rejected) when (rejected.StatusCode == StatusCode.PermissionDenied)
        {
            // The role was taken away a moment ago.
            return OperatorExtensions.RoleProblem(Role.User, Role.Support)!;
        }
    }

    // The same for a repeated request: the revocation is then not repeated, since sessions opened in the meantime are meant to stay.
    private static Guid ActId(Guid actor, string key, Guid userId)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"sessions_revoked\n{actor}\n{userId}\n{key}")).AsSpan(0, UuidBytes);
        // Version 8 and variant 1 of RFC 9562: an application-defined id.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
