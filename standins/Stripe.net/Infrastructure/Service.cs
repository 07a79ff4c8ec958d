using System.Runtime.CompilerServices;

namespace Stripe;

/// <summary>The calls that services of all resources are made of.</summary>
public abstract class Service
{
    private readonly IStripeClient _client;

    private protected Service(IStripeClient client) => _client = client;

    // An empty or relative segment would reach another resource than the one that is meant.
    private protected static string Path(string collection, string id, string action = "")
    {
        return string.IsNullOrWhiteSpace(id)
            ? throw new ArgumentException("The resource ID cannot be null or whitespace.", nameof(id))
            : $"{collection}/{Uri.EscapeDataString(id)}{action}";
    }

    private protected Task<T> RequestAsync<T>(
        HttpMethod method, string path, BaseOptions? options, RequestOptions? requestOptions, CancellationToken cancellationToken)
        where T : IStripeEntity
    {
        return _client.RequestAsync<T>(method, path, options, requestOptions, cancellationToken);
    }

    private protected async IAsyncEnumerable<T> PagesAsync<T>(
        string path, ListOptions? options, RequestOptions? requestOptions, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : IHasId
    {
        var page = (ListOptions)ObjectCopy.Of(options ?? new ListOptions());
        var backwards = page.EndingBefore is not null;
        while (true)
        {
            var list = await RequestAsync<StripeList<T>>(HttpMethod.Get, path, page, requestOptions, cancellationToken).ConfigureAwait(false);
            foreach (var item in backwards ? Enumerable.Reverse(list.Data) : list.Data)
            {
                yield return item;
            }

            if (!list.HasMore || list.Data.Count == 0)
            {
                yield break;
            }

            page.StartingAfter = backwards ? null : list.Data[^1].Id;
            page.EndingBefore = backwards ? list.Data[0].Id : null;
        }
    }
}
