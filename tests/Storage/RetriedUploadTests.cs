using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>
/// <c>POST /api/uploads</c> with an <c>Idempotency-Key</c>: a repeated request gets the same upload, with links that are valid.
/// </summary>
public sealed class RetriedUploadTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly string _key = $"{Guid.NewGuid()}";

    [Theory]
    [InlineData(5000)]
    [InlineData(StorageFixture.SinglePartLimit + 1)]
    public async Task The_same_key_and_body_give_the_same_upload(long sizeBytes)
    {
        var (first, _, upload) = await StartAsync(sizeBytes);
        var (second, replayed, again) = await StartAsync(sizeBytes);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created, true), (first, second, replayed));
        Assert.Equal(Names(upload), Names(again));
        Assert.Equal(1, await CountAsync());
        var (other, _, _) = await StartAsync(sizeBytes, key: $"{_key}-2");
        Assert.Equal((HttpStatusCode.Created, 2L), (other, await CountAsync()));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_rejected()
    {
        await StartAsync(5000);
        var (status, _, problem) = await StartAsync(5001);
        Assert.Equal((HttpStatusCode.Conflict, "idempotency_key_reused"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_repeated_request_gets_links_that_are_valid()
    {
        await using var earlier = await storage.StartAsync(clock: new ManualClock(TimeProvider.System.GetUtcNow().AddMinutes(-30)));
        var (_, _, upload) = await StartAsync(3000, app: earlier);
        var (status, replayed, renewed) = await StartAsync(3000);
        Assert.Equal((HttpStatusCode.Created, true, Names(upload)), (status, replayed, Names(renewed)));
        Assert.True(ExpiryOf(renewed) > ExpiryOf(upload).AddMinutes(25), "the links are signed anew");
        Assert.NotEqual(upload.GetProperty("upload_url").GetString(), renewed.GetProperty("upload_url").GetString());
        Assert.Equal(HttpStatusCode.OK, await storage.PutAsync(renewed, StorageFixture.Bytes(3000)));
    }

    [Fact]
    public async Task The_stored_record_has_no_link()
    {
        await StartAsync(3000);
        Assert.Equal(1, await storage.Database.ScalarAsync<long>(
            $"select count(*) from idempotency_records where user_id = '{_user}' and status = 201 and octet_length(body) = 0"));
    }

    [Fact]
    public async Task A_request_that_is_repeated_after_its_upload_was_removed_gets_410()
    {
        await StartAsync(3000);
        await storage.Database.ExecuteAsync($"update uploads set removed_at = now() where user_id = '{_user}'");
        var (status, _, problem) = await StartAsync(3000);
        Assert.Equal((HttpStatusCode.Gone, "expired"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Concurrent_requests_with_one_key_start_one_upload()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartAsync(5000)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(answers.Select(answer => answer.Body.GetProperty("key").GetString()).Distinct());
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_request_that_was_rejected_can_be_repeated_with_its_key()
    {
        var (rejected, _, _) = await StartAsync(StorageFixture.MaxBytes + 1);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, rejected);
        var (accepted, _, _) = await StartAsync(5000);
        Assert.Equal(HttpStatusCode.Created, accepted);
    }

    private static (string? Key, string? UploadId) Names(JsonElement upload) => (
        upload.GetProperty("key").GetString(), upload.TryGetProperty("upload_id", out var uploadId) ? uploadId.GetString() : null);

    private static DateTimeOffset ExpiryOf(JsonElement upload) => upload.GetProperty("expires_at").GetDateTimeOffset();

    private Task<long> CountAsync() => storage.Database.ScalarAsync<long>($"select count(*) from uploads where user_id = '{_user}'");

    private async Task<(HttpStatusCode Status, bool Replayed, JsonElement Body)> StartAsync(
        long sizeBytes, string? key = null, ServiceApp? app = null)
    {
        using var client = (app ?? storage.App).CreateClient(_user);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/uploads")
        {
            Content = JsonContent.Create(new { filename = "clip.mp4", content_type = "video/mp4", size_bytes = sizeBytes }),
            Headers = { { "Idempotency-Key", key ?? _key } },
        };
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (response.StatusCode, response.Headers.Contains("Idempotency-Replayed"), body);
    }
}
