using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>Body of PUT /api/auto-topup; the others are only needed to turn it on.</summary>
internal sealed record AutoTopupRequest(
    bool? Enabled = null, long? ThresholdCents = null, string? Pack = null, long? MonthlyCapCents = null);

/// <summary>Answer of GET and PUT /api/auto-topup.</summary>
internal sealed record AutoTopupResponse(
    bool Enabled, long? ThresholdCents, string? Pack, long? MonthlyCapCents, string State, string? Reason, string? ActionUrl,
    long SpentThisMonthCents, DateTimeOffset? WaitsUntil)
{
    /// <summary>Without the URL: who has it can pay.</summary>
    public override string ToString() => $"{nameof(AutoTopupResponse)} {State}";
}

/// <summary>The REST API of automatic top-ups.</summary>
internal static partial class AutoTopupApi
{
    private const long MaxCents = 1_000_000_000;

    public static void MapAutoTopup(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/auto-topup", GetAsync).RequireCaller().Produces<AutoTopupResponse>();
        routes.MapPut("/api/auto-topup", PutAsync).RequireCaller().Produces<AutoTopupResponse>();
    }

    private static async Task<IResult> GetAsync(
        Caller caller, AutoTopups topups, TimeProvider time, CancellationToken cancellationToken) =>
        Results.Ok(ToResponse(await topups.FindAsync(caller.UserId, cancellationToken), time.GetUtcNow()));

    private static async Task<IResult> PutAsync(
        AutoTopupRequest? request, Caller caller, AutoTopups topups, Catalog catalog, TimeProvider time, ILogger<AutoTopups> logger,
        CancellationToken cancellationToken)
    {
        var errors = Errors(request, catalog);
        if (errors.Length > 0)
        {
            return Problems.Validation(errors);
        }
        try
        {
            if (request!.Enabled == false)
            {
                await topups.TurnOffAsync(caller.UserId, cancellationToken);
            }
            else if (!await topups.TurnOnAsync(
                caller.UserId,
                new AutoTopupWish(request.ThresholdCents!.Value, catalog.Pack(request.Pack!)!, request.MonthlyCapCents!.Value),
                cancellationToken))
            {
                return Problems.Of(
                    StatusCodes.Status409Conflict, "card_required", "Card required",
                    "There is no saved card. Save one with a top-up first: POST /api/topup with save_card.");
            }
        }
        catch (StripeUnavailableException outage)
        {
            LogUnavailable(logger, Outages.Reason(outage));
            return Problems.Unavailable("stripe_unavailable", "Stripe unavailable");
        }
        return await GetAsync(caller, topups, time, cancellationToken);
    }

    private static (string Field, string Message)[] Errors(AutoTopupRequest? request, Catalog catalog)
    {
        if (request?.Enabled is not { } isEnabled)
        {
            return [("enabled", "must be true or false")];
        }
        if (!isEnabled)
        {
            return [];
        }
        var offer = request.Pack is null ? null : catalog.Pack(request.Pack);
        var errors = new List<(string, string)>();
        if (request.ThresholdCents is not (>= 1 and <= MaxCents))
        {
            errors.Add(("threshold_cents", $"must be from 1 to {MaxCents}"));
        }
        if (offer is null)
        {
            errors.Add(("pack", "unknown pack; GET /api/packs lists them"));
        }
        else if (offer.Grants.Count > 0)
        {
            errors.Add(("pack", "this pack grants access, for which a user is named at each checkout"));
        }
        var minCap = offer?.PriceCents ?? 1;
        if (request.MonthlyCapCents is not { } cap || cap < minCap || cap > MaxCents)
        {
            errors.Add(("monthly_cap_cents", $"must be from {minCap}, the price of the pack, to {MaxCents}"));
        }
        return [.. errors];
    }

    private static AutoTopupResponse ToResponse(AutoTopupStatus? status, DateTimeOffset now)
    {
        if (status is null)
        {
            return new AutoTopupResponse(false, null, null, null, "off", null, null, 0, null);
        }
        var rule = status.Rule;
        return new AutoTopupResponse(
            rule.State != AutoTopupState.Off, rule.ThresholdCents, rule.PackId, rule.MonthlyCapCents, StateText(status), rule.Reason,
            status.ActionUrl, status.SpentCents,
            rule.State == AutoTopupState.Active && rule.CoolOffUntil > now ? rule.CoolOffUntil : null);
    }

    private static string StateText(AutoTopupStatus status) => status.Rule.State switch
    {
        AutoTopupState.Active when status.IsCharging => "charging",
        AutoTopupState.Active => "active",
        AutoTopupState.ActionRequired => "action_required",
        AutoTopupState.Stopped => "stopped",
        AutoTopupState.Off => "off",
    };

    [LoggerMessage(LogLevel.Warning, "Automatic top-ups could not be turned on: Stripe is unavailable ({Reason})")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
