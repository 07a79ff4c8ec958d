using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;
using ReelBallers.Wallet.V1;

namespace ReelBallers.Jobs.Tests;

/// <summary>A user of the storm: repeats every request until it is answered, like an app whose server is away for a moment.</summary>
internal sealed class StormUser(StormStack stack, Guid userId)
{
    /// <summary>What each user has at the beginning.</summary>
    public const long SeedCents = 100_000;

    private static readonly string[] Final = ["completed", "failed", "cancelled", "timed_out"];
    // Each of a job's five runs may wait for two minutes (Jobs:QueueTimeoutSeconds) on a machine that is too slow for the storm.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    // Forty orders wait at once: polled more often, they would use most of the CPU.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeyPatience = TimeSpan.FromSeconds(5);

    private readonly string _id = userId.ToString();
    private readonly ConcurrentDictionary<string, string> _keys = new();
    private string _sourceKey = "";
    private int _turn;

    public Guid UserId => userId;

    /// <summary>Credits the wallet and uploads a video, before the storm.</summary>
    public async Task ArriveAsync(byte[] video)
    {
        await stack.Wallet.CreditAsync(
            new CreditRequest { UserId = _id, IdempotencyKey = "seed", AmountCents = SeedCents, Reason = EntryReason.Topup });
        var storage = stack.Address("storage");
        var upload = await SendAsync(
            HttpMethod.Post, new Uri(storage, "/api/uploads"),
            new { filename = "clip.mp4", content_type = "video/mp4", size_bytes = video.Length });
        using var put = await stack.Browser.PutSignedAsync(upload.Body, video);
        put.EnsureSuccessStatusCode();
        _sourceKey = upload.Body.GetProperty("key").GetString()!;
        var completed = await SendAsync(HttpMethod.Post, new Uri(storage, "/api/uploads/complete"), new { key = _sourceKey });
        Assert.Equal(HttpStatusCode.OK, completed.Status);
    }

    /// <summary>Orders a job; null when the wallet is frozen.</summary>
    public async Task<Guid?> OrderAsync(StormOrder order)
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await AnsweredAsync(
            () => SendAsync(order),
            answer => answer.Status is HttpStatusCode.Accepted or HttpStatusCode.Forbidden
                || (answer.IsKeyInUse && !order.Insists && TimeProvider.System.GetElapsedTime(started) > KeyPatience),
            "an order");
        if (answer.IsKeyInUse)
        {
            _keys[order.Key] = $"{order.Key}-again";
            return await OrderAsync(order);
        }
        return answer.Status == HttpStatusCode.Accepted ? JobIdOf(answer) : null;
    }

    /// <summary>Sends the same order once more.</summary>
    public async Task<Guid> RepeatAsync(StormOrder order) => JobIdOf(await AnsweredAsync(
        () => SendAsync(order), answer => answer.Status == HttpStatusCode.Accepted, "a repeated order"));

    /// <summary>True when the job was cancelled, false when it was too late.</summary>
    public async Task<bool> CancelAsync(Guid jobId)
    {
        var answer = await AnsweredAsync(
            () => SendAsync(HttpMethod.Post, Jobs($"/api/jobs/{jobId}/cancel"), new { }),
            answer => answer.Status is HttpStatusCode.Accepted or HttpStatusCode.Conflict, "a cancellation");
        return answer.Status == HttpStatusCode.Accepted;
    }

    /// <summary>Tries a job that did not complete again; null when the wallet is frozen or a replica was killed meanwhile.</summary>
    public async Task<Guid?> RetryAsync(Guid jobId)
    {
        var answer = await AnsweredAsync(
            () => SendAsync(HttpMethod.Post, Jobs($"/api/jobs/{jobId}/retry"), new { }, $"retry-{jobId}"),
            answer => answer.Status is HttpStatusCode.Accepted or HttpStatusCode.Forbidden || answer.IsKeyInUse, "a retry");
        return answer.Status == HttpStatusCode.Accepted ? JobIdOf(answer) : null;
    }

    /// <summary>Polls until the job has ended.</summary>
    public async Task<JsonElement> EndedAsync(Guid jobId) => (await AnsweredAsync(
        () => GetAsync($"/api/jobs/{jobId}"),
        answer => answer.Status == HttpStatusCode.OK && Final.Contains(answer.Body.GetProperty("status").GetString()),
        $"the end of {jobId}")).Body;

    /// <summary>The downloaded output.</summary>
    public async Task<byte[]> DownloadAsync(Guid jobId)
    {
        var link = await GetAsync($"/api/download/{jobId}");
        Assert.True(link.Status == HttpStatusCode.OK, $"{jobId}: {link}");
        return await stack.Browser.GetByteArrayAsync(link.Body.GetProperty("url").GetString());
    }

    /// <summary>Freezes the wallet, as a dispute does, and unfreezes it.</summary>
    public Task FreezeAsync(string reference, bool frozen) => UntilAnsweredAsync(async () =>
    {
        if (frozen)
        {
            await stack.Wallet.FreezeAsync(new FreezeRequest { UserId = _id, Reference = reference });
        }
        else
        {
            await stack.Wallet.UnfreezeAsync(new UnfreezeRequest { UserId = _id, Reference = reference });
        }
    });

    /// <summary>The wallet's entries by job.</summary>
    public async Task<ILookup<string, Entry>> EntriesAsync()
    {
        var (all, cursor) = (new List<Entry>(), "");
        do
        {
            var request = new ListEntriesRequest { UserId = _id, Limit = 100, Cursor = cursor };
            await UntilAnsweredAsync(async () =>
            {
                var page = await stack.Wallet.ListEntriesAsync(request);
                all.AddRange(page.Entries);
                cursor = page.NextCursor;
            });
        }
        while (cursor.Length > 0);
        return all.ToLookup(entry => entry.JobId);
    }

    public async Task<GetBalanceResponse> BalanceAsync() => await stack.Wallet.GetBalanceAsync(new GetBalanceRequest { UserId = _id });

    // The replicas in turn.
    private Uri Jobs(string path) =>
        new(stack.Address(StormStack.Replicas[Interlocked.Increment(ref _turn) % StormStack.Replicas.Length]), path);

    private Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, Jobs(path), body: null);

    private static async Task<Answer> AnsweredAsync(Func<Task<Answer>> send, Func<Answer, bool> isAnswered, string what) =>
        await Eventually.BecomesAsync(
            async () =>
            {
                var answer = await send();
                if (!isAnswered(answer))
                {
                    Assert.True(answer.MayPass, $"{what}: {answer}");
                    await Task.Delay(Pause);
                }
                return answer;
            },
            isAnswered, what, Patience);

    private static async Task UntilAnsweredAsync(Func<Task> call) => await Eventually.IsTrueAsync(
        async () =>
        {
            try
            {
                await call();
                return true;
            }
            catch (RpcException exception) when (
                exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal)
            {
                return false;
            }
        },
        "an answer of the wallet", Patience);

    private Task<Answer> SendAsync(StormOrder order)
    {
        object[] layers = order.WithOverlay ? [new { type = "box", x = 10, y = 10, width = 100, height = 50, color = "#FF00FF" }] : [];
        var body = new
        {
            project_id = "storm",
            type = order.WithOverlay ? "overlay" : "framing",
            @params = new { source_key = _sourceKey, duration_s = 1, target_resolution = "720p", overlay_layers = layers },
        };
        return SendAsync(HttpMethod.Post, Jobs("/api/jobs"), body, _keys.GetValueOrDefault(order.Key, order.Key));
    }

    private static Guid JobIdOf(Answer answer) => answer.Body.GetProperty("job_id").GetGuid();

    private async Task<Answer> SendAsync(HttpMethod method, Uri url, object? body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Add(Caller.HeaderName, _id);
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }
        try
        {
            using var response = await stack.Http.SendAsync(request);
            return new Answer(response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Answer(default, default);
        }
    }

    /// <summary>A response; without a status when there was none.</summary>
    private sealed record Answer(HttpStatusCode Status, JsonElement Body)
    {
        /// <summary>Whether an earlier attempt holds the key, perhaps in a replica that was killed.</summary>
        public bool IsKeyInUse =>
            Status == HttpStatusCode.Conflict && Body.GetProperty("code").GetString() == "idempotency_key_in_use";

        /// <summary>Whether repeating the request can help.</summary>
        public bool MayPass =>
            Status is default(HttpStatusCode) or HttpStatusCode.OK or >= HttpStatusCode.InternalServerError || IsKeyInUse;
    }
}
