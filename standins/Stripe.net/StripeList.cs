using System.Collections;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>One page of a list, newest first.</summary>
[JsonConverter(typeof(StripeListConverter))]
public class StripeList<T> : StripeEntity, IHasObject, IEnumerable<T>
{
    public string? Object { get; set; }

    public List<T> Data { get; set; } = [];

    public bool HasMore { get; set; }

    public string? Url { get; set; }

    public IEnumerator<T> GetEnumerator() => Data.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
