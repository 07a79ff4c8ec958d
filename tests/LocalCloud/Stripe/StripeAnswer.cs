using System.Net;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Tests;

internal sealed record StripeAnswer(HttpStatusCode Status, JsonObject Body, HttpResponseMessage Response)
{
    public string Id => this["id"]!;

    public string? ErrorCode => (string?)Body["error"]?["code"];

    public string? ErrorParam => (string?)Body["error"]?["param"];

    public string? ErrorMessage => (string?)Body["error"]?["message"];

    public string? this[string field] => Body[field]?.ToString();

    public string? Header(string name) => Response.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    public StripeAnswer Ok()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{(int)Status}: {Body}");
        return this;
    }
}
