using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using Codes = ReelBallers.Wallet.V1.WalletErrorCodes;

namespace ReelBallers.Wallet;

/// <summary>Reads the fields of gRPC requests. One that is missing, malformed or out of range is <c>invalid_argument</c>.</summary>
internal static class RequestFields
{
    public static Guid UserId(string text) => UserId(text, "user_id");

    public static Guid UserId(string text, string field) => Guid.TryParseExact(text, "D", out var userId) && userId != Guid.Empty
        ? userId
        : throw Invalid(field, "must be a UUID");

    public static Guid[] UserIds(IReadOnlyCollection<string> texts) => texts.Count is >= 1 and <= 1_000
        ? [.. texts.Select(UserId)]
        : throw Invalid("user_ids", "must be 1 to 1000 UUIDs");

    public static int PageLength(int limit) => limit switch
    {
        0 => Ledger.PageLengthDefault,
        >= 1 and <= Ledger.MaxPageLength => limit,
        _ => throw Invalid("limit", $"must be 1 to {Ledger.MaxPageLength}, or 0 for {Ledger.PageLengthDefault}"),
    };

    public static StatementCursor? Cursor(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }
        return StatementCursor.TryParse(text, out var cursor) ? cursor : throw Invalid("cursor", "is not a valid next_cursor");
    }

    public static DateTimeOffset Time(Timestamp? timestamp, string field) =>
        timestamp is not null && TimeInput.TryRead(timestamp, out var instant)
        ? instant
        : throw Invalid(field, timestamp is null ? "is missing" : "must be a time in the years 1 to 9999");

    public static long LowBalance(long cents) => cents is >= 0 and <= Account.LimitCents
        ? cents
        : throw Invalid("low_balance_cents", $"must be 0 to {Account.LimitCents}");

    public static TotalsRange ToRange(this V1.GetTotalsRequest request)
    {
        var range = new TotalsRange(Time(request.From, "from"), Time(request.To, "to"), request.Period switch
        {
            V1.Period.Unspecified or V1.Period.Day => Period.Day,
            V1.Period.Month => Period.Month,
            _ => throw Invalid("period", "must be DAY or MONTH"),
        });
        return range.Error() is { } error ? throw Invalid("to", error) : range;
    }

    public static string Key(string key)
    {
        if (!Validation.IsKey(key))
        {
            throw Invalid("idempotency_key", $"must be 1 to {Validation.MaxKeyLength} printable ASCII characters");
        }
        return key.StartsWith(Debit.PublicKey, StringComparison.Ordinal)
            ? throw Invalid("idempotency_key", $"must not begin with {Debit.PublicKey}, as the keys of the REST API do")
            : key;
    }

    public static string JobId(string jobId) => Validation.IsJobId(jobId)
        ? jobId
        : throw Invalid("job_id", $"must be 1 to {Validation.MaxJobIdLength} of A-Z a-z 0-9 _ - . :");

    public static long Amount(long amountCents, long min, string field = "amount_cents") =>
        amountCents >= min && amountCents <= Account.LimitCents
            ? amountCents
            : throw Invalid(field, $"must be {min} to {Account.LimitCents}");

    public static string PaymentId(string text) => text.Length > 0 && Validation.IsPaymentId(text)
        ? text
        : throw Invalid("stripe_payment_id", "is missing, too long or holds forbidden characters");

    public static string Reference(string text) => Validation.IsKey(text)
        ? text
        : throw Invalid("reference", $"must be 1 to {Validation.MaxKeyLength} printable ASCII characters");

    public static string Actor(string text) => Validation.IsActor(text)
        ? text
        : throw Invalid("actor", $"must be 1 to {Validation.MaxActorLength} printable ASCII characters");

    public static long Part(long amountCents, long otherCents, string field) =>
        amountCents is >= 0 and <= Account.LimitCents && (amountCents > 0 || otherCents > 0)
        ? amountCents
        : throw Invalid(field, $"must be 0 to {Account.LimitCents}, and one of paid_cents and bonus_cents 1 or more");

    // A time in the past is valid, since a repeated command must stay the same.
    public static DateTimeOffset? OptionalTime(Timestamp? time, string field) =>
        time is null ? null : Time(time, field).RoundUpToMicrosecond();

    public static string? Description(string text) => Optional(text, Validation.IsDescription, "description");

    public static string? Optional(string text, Func<string, bool> isValid, string field)
    {
        if (text.Length == 0)
        {
            return null;
        }
        return isValid(text) ? text : throw Invalid(field, "is too long or holds forbidden characters");
    }

    public static RpcException Invalid(string field, string message) =>
        RpcErrors.Reject(StatusCode.InvalidArgument, Codes.InvalidArgument, $"{field}: {message}");
}
