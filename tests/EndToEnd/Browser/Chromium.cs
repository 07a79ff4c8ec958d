using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests.Browser;

/// <summary>A real browser without a window, with one page, which a test drives by the DevTools protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>Why a test that needs one is skipped.</summary>
    public const string Missing = "chromium is not on the PATH (Debian: apt-get install chromium).";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _profile = Directory.CreateTempSubdirectory("reelballers-chromium-").FullName;
    private readonly ClientWebSocket _socket = new();
    private TestProcess? _process;
    private int _lastId;

    private Chromium()
    {
    }

    /// <summary>Whether a test can start one.</summary>
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "chromium")));

    /// <summary>Starts one with an empty profile.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var browser = new Chromium();
        try
        {
            await browser.OpenAsync();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a method of the protocol and gives its result. What the browser tells of its own accord is skipped.</summary>
    public async Task<JsonElement> CallAsync(string method, object? parameters = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        var id = ++_lastId;
        var message = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters ?? new { } });
        await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        while (true)
        {
            var answer = await ReceiveAsync(patience.Token);
            if (answer.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
            {
                Assert.False(answer.TryGetProperty("error", out var error), $"{method}: {error}");
                return answer.GetProperty("result");
            }
        }
    }

    /// <summary>Opens a page.</summary>
    public Task GoToAsync(Uri url) => CallAsync("Page.navigate", new { url = url.AbsoluteUri });

    /// <summary>Executes an expression in the page, as if the user had just touched it, and gives its value.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var result = await CallAsync(
            "Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true, userGesture = true });
        Assert.False(result.TryGetProperty("exceptionDetails", out var failure), $"{expression}: {failure}");
        return result.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>Waits until an expression is true in the page, over its reloads.</summary>
    public Task IsTrueAsync(string expression) => Eventually.IsTrueAsync(
        async () =>
        {
            var result = await CallAsync("Runtime.evaluate", new { expression = $"Boolean({expression})", returnByValue = true });
            return result.GetProperty("result").TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.True;
        },
        expression, Patience);

    /// <summary>Submits a form of the page, which must be filled in as its fields demand.</summary>
    public Task SubmitAsync(string form) => EvaluateAsync($"document.getElementById('{form}').requestSubmit()");

    /// <summary>Waits until the message at the top of a page has this in it.</summary>
    public Task SaysAsync(string text) => IsTrueAsync($"document.getElementById('message')?.textContent.includes('{text}')");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process?.Dispose();
        // Its children may write for a moment more.
        await Eventually.IsTrueAsync(() => Task.FromResult(TryDelete()), "the profile is deleted", Patience);
    }

    private async Task OpenAsync()
    {
        _process = TestProcess.Start(new ProcessStartInfo(
            "chromium",
            [
                // Containers have neither a user for the sandbox nor a large /dev/shm.
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--no-proxy-server",
                "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
                $"--user-data-dir={_profile}", "about:blank",
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        });
        _process.Process.BeginErrorReadLine();
        _process.Process.BeginOutputReadLine();
        var port = Path.Combine(_profile, "DevToolsActivePort");
        await Eventually.IsTrueAsync(
            () => Task.FromResult(File.Exists(port) && File.ReadAllText(port).Contains('\n', StringComparison.Ordinal)),
            "the browser listens", Patience);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{(await File.ReadAllLinesAsync(port))[0]}") };
        var pages = await Eventually.BecomesAsync(
            async () => (await client.GetFromJsonAsync<JsonElement>("/json")).EnumerateArray()
                .Where(target => target.GetProperty("type").GetString() == "page").ToList(),
            pages => pages.Count > 0, "the browser has a page");
        using var patience = new CancellationTokenSource(Patience);
        await _socket.ConnectAsync(new Uri(pages[0].GetProperty("webSocketDebuggerUrl").GetString()!), patience.Token);
    }

    private async Task<JsonElement> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16_384];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return JsonSerializer.Deserialize<JsonElement>(message.ToArray());
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(_profile, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
