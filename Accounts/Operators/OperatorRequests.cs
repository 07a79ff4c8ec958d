using System.Buffers.Binary;
using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Reads operators' requests.</summary>
internal static class OperatorRequests
{
    private const string KeyHeader = "Idempotency-Key";
    private const int MaxPageSize = 100;
    private const int PageSize = 20;

    /// <summary>An act: it needs an <c>Idempotency-Key</c>, and a repetition gets the first response.</summary>
    /// <param name="builder">Its route.</param>
    /// <param name="isRenewed">Whether that response is made again, since it must not be stored.</param>
    public static RouteHandlerBuilder AsAct(this RouteHandlerBuilder builder, bool isRenewed = false) =>
        (isRenewed ? builder.WithRenewedIdempotency() : builder.WithIdempotency())
        .AddEndpointFilter(async (context, next) => context.HttpContext.Request.Headers.ContainsKey(KeyHeader)
            ? await next(context)
            : Problems.Validation((KeyHeader, "is required: repeat a request whose response was lost with the same one")));

    /// <summary>The act of a request.</summary>
    public static AuditedAct Act(HttpContext context, Operator actor, string action, Guid? subjectId, ActBody body) =>
        new(action, actor.UserId, subjectId, OperatorReason.Read(body.Reason)!)
        {
            ActId = context.OperationId(),
            ClientAddress = CallerAddress.Of(context),
        };

    /// <summary>Adds an error unless there is a reason.</summary>
    public static void CheckReason(ActBody body, List<(string, string)> errors)
    {
        if (OperatorReason.Read(body.Reason) is null)
        {
            errors.Add(("reason", OperatorReason.Problem));
        }
    }

    /// <summary>What is wrong with an act of which only the reason is to be checked; null when nothing is.</summary>
    public static IResult? ReasonProblem(ActBody body)
    {
        var errors = new List<(string, string)>();
        CheckReason(body, errors);
        return errors.Count > 0 ? Problems.Validation([.. errors]) : null;
    }

    /// <summary>404 for an id that nothing can have.</summary>
    public static IResult NotFound() => Problems.ForStatus(StatusCodes.Status404NotFound);

    /// <summary>The page size and the sequence number that a page begins below; null after errors.</summary>
    public static (int Limit, long Below)? Page(string? limit, string? cursor, List<(string, string)> errors)
    {
        var size = QueryValues.Limit(limit, PageSize, MaxPageSize, errors);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        var below = long.MaxValue;
        if (cursor is not null)
        {
            if (PageCursor.TryDecode(cursor, bytes))
            {
                below = BinaryPrimitives.ReadInt64BigEndian(bytes);
            }
            else
            {
                errors.Add(("cursor", "must be a next_cursor"));
            }
        }
        return errors.Count > 0 ? null : (size, below);
    }

    /// <summary>A page of a list that another service has, which also judges the cursor.</summary>
    public static async Task<(T? Page, IResult? Problem)> PageOfAsync<T>(string? limit, string? cursor, Func<int, string, Task<T>> ask)
        where T : class
    {
        var errors = new List<(string, string)>();
        var size = QueryValues.Limit(limit, PageSize, MaxPageSize, errors);
        if (errors.Count > 0)
        {
            return (null, Problems.Validation([.. errors]));
        }
        try
        {
            return (await ask(size, cursor ?? ""), null);
        }
        catch (RpcException rejected) when (rejected.StatusCode == StatusCode.InvalidArgument)
        {
            return (null, Problems.Validation(("cursor", "must be a next_cursor")));
        }
    }

    /// <summary>The cursor of the page below this sequence number.</summary>
    public static string Cursor(long below)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, below);
        return PageCursor.Encode(bytes);
    }
}
