using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Stripe;
using Stripe.Checkout;

namespace ReelBallers.Payments;

/// <summary>Refunds, disputes and lists.</summary>
internal sealed partial class StripeApi
{
    private const int PageSize = 100;

    /// <summary>Carries out this refund, once.</summary>
    /// <exception cref="StripeException">Stripe rejects the request.</exception>
    public Task<Refund> CreateRefundAsync(OperatorRefund refund, string paymentIntentId, CancellationToken cancellationToken) => CallAsync(
        token => _refunds.CreateAsync(
            new RefundCreateOptions
            {
                PaymentIntent = paymentIntentId,
                Amount = refund.AmountCents,
                Reason = refund.Reason,
                Metadata = new() { [OperatorRefundKey] = refund.Id },
            },
            new RequestOptions { IdempotencyKey = $"refund:{refund.Id}:{refund.StripeAttempt}" },
            token),
        cancellationToken);

    /// <summary>The key of a Stripe refund's metadata that names ours.</summary>
    public const string OperatorRefundKey = "refund_order";

    /// <summary>All refunds of a payment.</summary>
    public Task<List<Refund>> RefundsOfAsync(string paymentIntentId, CancellationToken cancellationToken) => AllAsync(
        (after, token) => _refunds.ListAsync(
            new RefundListOptions { PaymentIntent = paymentIntentId, Limit = PageSize, StartingAfter = after }, cancellationToken: token),
        cancellationToken);

    /// <summary>All disputes of a payment.</summary>
    public Task<List<Dispute>> DisputesOfAsync(string paymentIntentId, CancellationToken cancellationToken) => AllAsync(
        (after, token) => _disputes.ListAsync(
            new DisputeListOptions { PaymentIntent = paymentIntentId, Limit = PageSize, StartingAfter = after }, cancellationToken: token),
        cancellationToken);

    /// <summary>The session that was paid by a payment, or none.</summary>
    public Task<List<Session>> SessionsOfAsync(string paymentIntentId, CancellationToken cancellationToken) => AllAsync(
        (after, token) => _sessions.ListAsync(
            new SessionListOptions { PaymentIntent = paymentIntentId, Limit = PageSize, StartingAfter = after }, cancellationToken: token),
        cancellationToken);

    /// <summary>The sessions since then, newest first, page by page.</summary>
    public IAsyncEnumerable<StripeList<Session>> SessionsSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        PagesAsync(
        (after, token) => _sessions.ListAsync(
            new SessionListOptions { Created = Since(since), Limit = PageSize, StartingAfter = after }, cancellationToken: token),
        cancellationToken);

    /// <inheritdoc cref="SessionsSinceAsync" />
    public IAsyncEnumerable<StripeList<Refund>> RefundsSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) => PagesAsync(
        (after, token) => _refunds.ListAsync(
            new RefundListOptions { Created = Since(since), Limit = PageSize, StartingAfter = after }, cancellationToken: token),
        cancellationToken);

    /// <inheritdoc cref="SessionsSinceAsync" />
    public IAsyncEnumerable<StripeList<Dispute>> DisputesSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        PagesAsync(
        (after, token) => _disputes.ListAsync(
            new DisputeListOptions { Created = Since(since), Limit = PageSize, StartingAfter = after }, cancellationToken: token),
        cancellationToken);

    /// <summary>The events of those types since then, newest first, page by page, each with its JSON.</summary>
    public async IAsyncEnumerable<List<(EventEnvelope Event, string Payload)>> EventsSinceAsync(
        DateTimeOffset since, IReadOnlyCollection<string> types, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var path = EventsPath(since, types, after);
            var page = await CallAsync(
                async token => EventPage((await client.RawRequestAsync(HttpMethod.Get, path, cancellationToken: token)).Content),
                cancellationToken);
            yield return page.Events;
            after = page.Next;
        }
        while (after is not null);
    }

    private static (List<(EventEnvelope Event, string Payload)> Events, string? Next) EventPage(string content)
    {
        using var page = JsonDocument.Parse(content);
        var payloads = page.RootElement.GetProperty("data").EnumerateArray().Select(item => item.GetRawText()).ToList();
        var events = payloads.ConvertAll(payload =>
            (EventEnvelope.Read(payload, out _) ?? throw new InvalidOperationException("The list holds what is no event."), payload));
        return (events, page.RootElement.GetProperty("has_more").GetBoolean() && events is [.., var (last, _)] ? last.Id : null);
    }

    // As JSON text: events keep the API version of their time, which the library's types do not parse.
    private static string EventsPath(DateTimeOffset since, IReadOnlyCollection<string> types, string? after) =>
        QueryHelpers.AddQueryString("/v1/events",
        [
            new("created[gte]", since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            .. types.Select((type, index) => KeyValuePair.Create($"types[{index}]", (string?)type)),
            new("limit", PageSize.ToString(CultureInfo.InvariantCulture)),
            .. after is null ? [] : new[] { KeyValuePair.Create("starting_after", (string?)after) },
        ]);

    private static DateRangeOptions Since(DateTimeOffset since) => new() { GreaterThanOrEqual = since.UtcDateTime };

    private async Task<List<T>> AllAsync<T>(
        Func<string?, CancellationToken, Task<StripeList<T>>> list, CancellationToken cancellationToken)
        where T : IHasId
    {
        var all = new List<T>();
        await foreach (var page in PagesAsync(list, cancellationToken))
        {
            all.AddRange(page.Data);
        }
        return all;
    }

    private async IAsyncEnumerable<StripeList<T>> PagesAsync<T>(
        Func<string?, CancellationToken, Task<StripeList<T>>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IHasId
    {
        string? after = null;
        while (true)
        {
            var page = await CallAsync(
                async token => await list(after, token) is { Data: not null } read ? read : throw new FormatException("No list."),
                cancellationToken);
            yield return page;
            if (!page.HasMore || page.Data.Count == 0)
            {
                yield break;
            }
            after = page.Data[^1].Id;
        }
    }
}
