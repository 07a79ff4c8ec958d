using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Http.HttpClientLibrary;
using ReelBallers.Client;
using ReelBallers.Client.Models;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>A person at the front end: everything goes through the Gateway's REST, repeated by key when a service is away.</summary>
internal sealed class User : IDisposable
{
    private static readonly string[] Final = ["completed", "failed", "cancelled", "timed_out"];
    private readonly HttpClient _client;

    private readonly HttpClientRequestAdapter _adapter;
    private readonly SessionToken _session = new();

    private User(HttpClient client)
    {
        _client = client;
        _adapter = new HttpClientRequestAdapter(_session, httpClient: client)
        {
            BaseUrl = client.BaseAddress!.GetLeftPart(UriPartial.Authority),
        };
        Client = new ReelBallersClient(_adapter);
    }

    /// <summary>The client that is generated from the OpenAPI document, with this user's session.</summary>
    public ReelBallersClient Client { get; }

    public string Uid { get; private set; } = "";

    public string Token { get; private set; } = "";

    public static async Task<User> ArriveAsync(Stack stack)
    {
        var recorder =
            new AnswerRecorder(stack.Evidence) { InnerHandler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false } };
        var client = new HttpClient(recorder) { BaseAddress = stack.Url };
        var user = new User(client);
        var session = (await UntilAnsweredAsync(() => user.Client.Api.Session.PostAsync()))!;
        user.Uid = session.Uid.ToString()!;
        user.Use(session.Token!);
        return user;
    }

    /// <summary>Uses another session from now on: that of a sign-in.</summary>
    public void Use(string token)
    {
        Token = _session.Value = token;
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Signs in by the link in a mail; the session is the account's from then on.</summary>
    public async Task SignInAsync(Stack stack, string email)
    {
        await PostAsync("/api/auth/link", new { email });
        await ConfirmAsync(await stack.SignInTokenAsync(email));
    }

    /// <summary>Signs in by the token of a link.</summary>
    public async Task ConfirmAsync(string token)
    {
        var signedIn = await PostAsync("/api/auth/link/confirm", new { token });
        Uid = signedIn.GetProperty("uid").GetString()!;
        Use(signedIn.GetProperty("token").GetString()!);
    }

    /// <summary>One request, answered whatever it is.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body = null, string? token = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        return _client.SendAsync(request);
    }

    public Task<JsonElement> GetAsync(string path) => UntilAnsweredAsync(() => new HttpRequestMessage(HttpMethod.Get, path));

    public Task<JsonElement> PostAsync(string path, object body)
    {
        var key = Guid.NewGuid().ToString();
        return UntilAnsweredAsync(() => new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(body),
            Headers = { { "Idempotency-Key", key } },
        });
    }

    public async Task<long> BalanceAsync() => (await UntilAnsweredAsync(() => Client.Api.Wallet.GetAsync()))!.BalanceCents!.Value;

    /// <summary>The statement's lines, oldest first, as "reason change".</summary>
    public async Task<string[]> StatementAsync() =>
        [.. (await UntilAnsweredAsync(() => Client.Api.Wallet.Ledger.GetAsync(request => request.QueryParameters.Limit = 100)))!
            .Entries!.AsEnumerable().Reverse().Select(entry => FormattableString.Invariant(
                $"{entry.Reason.ToString()!.ToLowerInvariant()} {entry.ChangeCents:+0;-0}"))];

    public async Task<(string SessionId, Uri CheckoutUrl)> StartTopupAsync(long amountCents)
    {
        var key = Guid.NewGuid().ToString();
        var checkout = (await UntilAnsweredAsync(() => Client.Api.Topup.PostAsync(
            new TopupRequest { AmountCents = amountCents }, request => request.Headers.Add("Idempotency-Key", key))))!;
        return (checkout.SessionId!, new Uri(checkout.CheckoutUrl!));
    }

    /// <summary>Types a card number into the checkout page.</summary>
    public static async Task<HttpStatusCode> PayAsync(Uri checkoutUrl, string cardNumber)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await browser.PostAsync(checkoutUrl, new FormUrlEncodedContent([new("card_number", cardNumber)]));
        return answer.StatusCode;
    }

    public async Task TopupAsync(long amountCents)
    {
        var before = await BalanceAsync();
        var (_, checkoutUrl) = await StartTopupAsync(amountCents);
        Assert.Equal(HttpStatusCode.SeeOther, await PayAsync(checkoutUrl, "4242424242424242"));
        await Eventually.IsTrueAsync(async () => await BalanceAsync() == before + amountCents, "the credits have come");
    }

    /// <summary>Makes a clip, uploads it and gives its key.</summary>
    public async Task<string> UploadClipAsync(int width, int height, int seconds)
    {
        using var clip = new TempFile("clip.mp4");
        await TestVideo.RedAndBlueAsync(clip.Path, width, height, seconds);
        return await UploadAsync(await File.ReadAllBytesAsync(clip.Path), "clip.mp4", "video/mp4");
    }

    /// <summary>Uploads a file, completes it and gives its key.</summary>
    public async Task<string> UploadAsync(byte[] file, string name, string contentType)
    {
        var key = await PutAsync(file, name, contentType);
        var completed = await PostAsync("/api/uploads/complete", new { key });
        Assert.Equal(file.Length, completed.GetProperty("size_bytes").GetInt64());
        return key;
    }

    /// <summary>Uploads a file without completing it, and gives its key.</summary>
    public async Task<string> PutAsync(byte[] file, string name, string contentType)
    {
        var upload = await PostAsync("/api/uploads", new { filename = name, content_type = contentType, size_bytes = file.Length });
        using var browser = new HttpClient();
        using var put = await browser.PutSignedAsync(upload, file);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        return upload.GetProperty("key").GetString()!;
    }

    public async Task<string> ExportAsync(string sourceKey, object[]? cropKeyframes = null, string resolution = "720p") =>
        (await PostAsync("/api/export",
            new { source_key = sourceKey, crop_keyframes = cropKeyframes ?? [], target_resolution = resolution }))
            .GetProperty("job_id").GetString()!;

    /// <summary>Polls until the job has ended and its money has moved.</summary>
    public Task<JsonElement> EndedAsync(string jobId) => Eventually.BecomesAsync(
        () => GetAsync($"/api/jobs/{jobId}"),
        job => Final.Contains(job.GetProperty("status").GetString())
            && (job.GetProperty("status").GetString() == "completed"
                || job.GetProperty("refunded_cents").GetInt64() == job.GetProperty("cost_cents").GetInt64()),
        $"job {jobId} has ended", TimeSpan.FromMinutes(5));

    /// <summary>Reads the job's events to their end.</summary>
    public async Task<List<JsonElement>> FollowAsync(string jobId)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var answer = await _client.GetAsync($"/api/jobs/{jobId}/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        var events = new List<JsonElement>();
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                events.Add(JsonSerializer.Deserialize<JsonElement>(line["data:".Length..]));
            }
        }
        return events;
    }

    /// <summary>Downloads the result into a file.</summary>
    public async Task<TempFile> DownloadAsync(string jobId)
    {
        var link = (await UntilAnsweredAsync(() => Client.Api.Download[Guid.Parse(jobId)].GetAsync()))!;
        using var browser = new HttpClient();
        var file = new TempFile(link.Filename!);
        await File.WriteAllBytesAsync(file.Path, await browser.GetByteArrayAsync(link.Url));
        return file;
    }

    public void Dispose()
    {
        _adapter.Dispose();
        _client.Dispose();
    }

    private Task<JsonElement> UntilAnsweredAsync(Func<HttpRequestMessage> request) => UntilAnsweredAsync(async () =>
    {
        using var answer = await _client.SendAsync(request());
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new ApiException(text) { ResponseStatusCode = (int)answer.StatusCode };
    });

    private static bool MayBeRepeated(Exception exception) => exception switch
    {
        Problem { Code: "idempotency_key_in_use" } or HttpRequestException => true,
        ApiException error => error.ResponseStatusCode >= 500
            || error.Message.Contains("idempotency_key_in_use", StringComparison.Ordinal),
        _ => false,
    };

    private static async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> request)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await request();
            }
            catch (Exception exception) when (MayBeRepeated(exception) && attempt < 120)
            {
                await Task.Delay(500);
            }
        }
    }
}
