using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>A caller of the Gateway whose every answer is compared with the OpenAPI document.</summary>
internal sealed class ContractClient(Stack stack, ApiDocument document) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    // With "Expect: 100-continue" no body is sent that the answer may reject: the connection would break meanwhile.
    private readonly HttpClient _client = new(new AnswerRecorder(stack.Evidence)
    {
        InnerHandler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, Expect100ContinueTimeout = Timeout },
    })
    {
        BaseAddress = stack.Url,
        Timeout = Timeout,
    };

    private readonly List<string> _violations = [];
    private readonly HashSet<string> _succeeded = [];

    /// <summary>The operations that were answered with success.</summary>
    public IReadOnlyCollection<string> Succeeded => _succeeded;

    /// <summary>The session's token; anonymous without one.</summary>
    public string? Token { get; set; }

    /// <summary>Opens a session, which later requests use.</summary>
    public async Task OpenSessionAsync() =>
        Token = (await SucceedAsync(HttpMethod.Post, "/api/session")).GetProperty("token").GetString();

    /// <summary>A GET that must succeed.</summary>
    public Task<JsonElement> GetAsync(string path) => SucceedAsync(HttpMethod.Get, path);

    /// <summary>A POST that must succeed.</summary>
    public Task<JsonElement> PostAsync(string path, object body) => SucceedAsync(HttpMethod.Post, path, JsonContent.Create(body));

    /// <summary>A request that must be answered with this problem.</summary>
    public async Task FailAsync(
        int status, string code, HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        var answer = await SendAsync(method, path, body, headers);
        var actual = answer.MediaType == "application/problem+json"
            ? JsonSerializer.Deserialize<JsonElement>(answer.Body).GetProperty("code").GetString()
            : answer.Body;
        Assert.True((status, code) == (answer.Status, actual), $"{method} {path}: {answer.Status} {actual}, expected {status} {code}");
    }

    /// <summary>A request, answered whatever it is. Of an event stream the first event is read.</summary>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            Assert.True(request.Headers.TryAddWithoutValidation(name, value), name);
        }
        using var timeout = new CancellationTokenSource(Timeout);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        var answer = ApiAnswer.From(response, await BodyAsync(response, timeout.Token));
        _violations.AddRange(document.Problems(method, path, answer).Select(violation => $"{method} {path}: {violation}: {answer.Body}"));
        if (answer.Status < 400 && document.Find(method, path) is { } operation)
        {
            _succeeded.Add(operation.Id);
        }
        return answer;
    }

    /// <summary>The document allows every answer so far.</summary>
    public void AssertConforms() => Assert.True(_violations.Count == 0, string.Join('\n', _violations.Distinct()));

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> SucceedAsync(HttpMethod method, string path, HttpContent? body = null)
    {
        var answer = await SendAsync(method, path, body);
        Assert.True(answer.Status is >= 200 and < 300, $"{method} {path}: {answer.Status} {answer.Body}");
        return JsonSerializer.Deserialize<JsonElement>(answer.Body);
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            return await response.Content.ReadAsStringAsync(cancellationToken);
        }
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var text = new StringBuilder();
        var hasData = false;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            text.Append(line).Append('\n');
            if (hasData && line.Length == 0)
            {
                break;
            }
            hasData |= line.StartsWith("data:", StringComparison.Ordinal);
        }
        return text.ToString();
    }
}
