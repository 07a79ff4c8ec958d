using System.Globalization;

namespace ReelBallers.Wallet.Tests;

/// <summary>Reads server-sent events; a comment is an event without a name.</summary>
internal sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage answer, Stream stream) => (_answer, _lines) = (answer, new StreamReader(stream));

    public static async Task<EventReader> OpenAsync(HttpClient browser, long lowBalanceCents = 0, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/api/wallet/events?low_balance_cents={lowBalanceCents}"));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }
        var answer = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.EnsureSuccessStatusCode().Content.Headers.ContentType?.ToString());
        return new EventReader(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<Event?> NextAsync()
    {
        var (name, id, data) = ("", "", "");
        while (await _lines.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case ["event", var value]:
                    name = value;
                    break;
                case ["id", var value]:
                    id = value;
                    break;
                case ["data", var value]:
                    data = value;
                    break;
                case ["", ""]:
                    break;
                default:
                    Assert.Equal("", line);
                    return new Event(name, id, data);
            }
        }
        return null;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _answer.Dispose();
    }

    public sealed record Event(string Name, string Id, string Data);
}
