using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.Storage.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>What a user may store, with two replicas.</summary>
public sealed class QuotaTests : IAsyncLifetime
{
    private const long UnpaidBytes = 1000;
    private const int UnpaidOpen = 5;
    private const long PaidBytes = 3000;
    private readonly StorageFixture _storage = new();
    private readonly Guid _user = Guid.NewGuid();
    private ServiceApp[] _replicas = [];

    public async ValueTask InitializeAsync()
    {
        await _storage.InitializeAsync();
        _replicas = [await StartAsync(), await StartAsync()];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task The_bytes_of_a_user_are_limited_and_freed_by_deletion()
    {
        var (_, first) = await PostAsync(600);
        var (status, problem) = await PostAsync(401);
        Assert.Equal((HttpStatusCode.Forbidden, "storage_quota_exceeded"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal((600L, UnpaidBytes, 1, UnpaidOpen), (
            problem.GetProperty("used_bytes").GetInt64(), problem.GetProperty("limit_bytes").GetInt64(),
            problem.GetProperty("open_uploads").GetInt32(), problem.GetProperty("max_open_uploads").GetInt32()));
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(400)).Status);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(1000, user: Guid.NewGuid())).Status);

        using var client = _replicas[1].CreateClient(_user);
        var key = Uri.EscapeDataString(first.GetProperty("key").GetString()!);
        using var deleted = await client.DeleteAsync($"/api/files/{key}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(600)).Status);
    }

    [Fact]
    public async Task The_open_uploads_of_a_user_are_limited()
    {
        for (var count = 0; count < UnpaidOpen; count++)
        {
            Assert.Equal(HttpStatusCode.Created, (await PostAsync(1)).Status);
        }

        Assert.Equal("storage_quota_exceeded", (await PostAsync(1)).Body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Concurrent_uploads_on_two_replicas_never_exceed_the_limit()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => PostAsync(300, replica: number % 2)));
        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(900, await _storage.Database.ScalarAsync<long>("select sum(size_bytes)::bigint from uploads"));
    }

    [Fact]
    public async Task A_user_who_has_paid_may_store_more()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(2000)).Status);
        var rpc = new V1.StorageService.StorageServiceClient(_replicas[1].Invoker());
        await rpc.MarkPaidAsync(new MarkPaidRequest { UserId = $"{_user}" });
        await rpc.MarkPaidAsync(new MarkPaidRequest { UserId = $"{_user}" });
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(2000)).Status);
        var (status, problem) = await PostAsync(1001);
        Assert.Equal((HttpStatusCode.Forbidden, PaidBytes), (status, problem.GetProperty("limit_bytes").GetInt64()));
    }

    [Fact]
    public async Task A_rejected_upload_leaves_nothing_and_its_key_can_be_used_again()
    {
        await PostAsync(900);
        var (status, _) = await PostAsync(900, key: "k");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        await _storage.Database.ExecuteAsync("update uploads set removed_at = now()");
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(900, key: "k")).Status);
    }

    [Fact]
    public async Task A_rejected_upload_in_parts_leaves_no_parts()
    {
        var large = StorageFixture.SinglePartLimit + 1L;
        await using var roomy = await StartAsync(("Quotas:UnpaidBytes", $"{large}"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostAsync(large, app: roomy)));
        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(1, await _storage.PendingMultipartsAsync());
    }

    private Task<ServiceApp> StartAsync(params (string Key, string Value)[] more) => _storage.StartAsync(settings:
    [
        ("Quotas:UnpaidBytes", $"{UnpaidBytes}"), ("Quotas:UnpaidOpenUploads", $"{UnpaidOpen}"), ("Quotas:PaidBytes", $"{PaidBytes}"),
        .. more,
    ]);

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(
        long sizeBytes, Guid? user = null, int replica = 0, string? key = null, ServiceApp? app = null)
    {
        using var client = (app ?? _replicas[replica]).CreateClient(user ?? _user);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/uploads")
        {
            Content = JsonContent.Create(new { filename = "a.mp4", content_type = "video/mp4", size_bytes = sizeBytes }),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
