using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ReelBallers.Gateway.Tests;

/// <summary>A response as received, up to the end of the connection.</summary>
internal sealed record RawResponse(string Head, string Body)
{
    public int Status => int.Parse(Head.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>The code of the problem; null when the body is not a problem.</summary>
    public string? Code => Body.StartsWith('{') ? JsonSerializer.Deserialize<JsonElement>(Body).GetProperty("code").GetString() : null;

    /// <summary>The header's values.</summary>
    public string[] Header(string name) =>
        [.. Head.Split("\r\n").Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim())];
}

/// <summary>Sends requests that an HTTP client would not send.</summary>
internal static class RawRequest
{
    private static readonly TimeSpan TestTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Sends the text (as UTF-8), then the body, and reads until the server closes.</summary>
    public static async Task<RawResponse> SendAsync(Uri server, string head, params byte[][] body)
    {
        using var connection = new TcpClient();
        using var timeout = new CancellationTokenSource(TestTimeout);
        await connection.ConnectAsync(server.Host, server.Port, timeout.Token);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head), timeout.Token);
        var answer = ReadAsync(stream, timeout.Token);
        foreach (var part in body)
        {
            try
            {
                await stream.WriteAsync(part, timeout.Token);
            }
            catch (IOException) when (answer.IsCompleted)
            {
                // The server has responded and closed the connection before the end of the body.
                break;
            }
        }
        return await answer;
    }

    /// <summary>As <see cref="SendAsync"/>, with one more byte of the body each second until there is a response.</summary>
    public static async Task<RawResponse> TrickleAsync(Uri server, string head)
    {
        using var connection = new TcpClient();
        using var timeout = new CancellationTokenSource(TestTimeout);
        await connection.ConnectAsync(server.Host, server.Port, timeout.Token);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head), timeout.Token);
        var answer = ReadAsync(stream, timeout.Token);
        while (!answer.IsCompleted)
        {
            await stream.WriteAsync("1"u8.ToArray(), timeout.Token);
            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(1), timeout.Token));
        }
        return await answer;
    }

    private static async Task<RawResponse> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var text = await reader.ReadToEndAsync(cancellationToken);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? new RawResponse(text, "") : new RawResponse(text[..end], text[(end + 4)..]);
    }
}
