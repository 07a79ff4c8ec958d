using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>
/// An upload of 2 GiB: <c>dotnet test --project tests/Storage --explicit only --filter-class "*.LargeUploadTests"</c>; 2 GiB of disk.
/// </summary>
public sealed class LargeUploadTests(StorageFixture storage, ITestOutputHelper output) : IClassFixture<StorageFixture>
{
    private const long SizeBytes = 2L * 1024 * 1024 * 1024;
    private const long MaxGrowthBytes = 64 * 1024 * 1024;

    private readonly string _user = $"{Guid.NewGuid()}";

    [Fact(Explicit = true)]
    public async Task It_resumes_after_a_broken_connection_and_a_killed_service_whose_memory_stays_flat()
    {
        var video = await PaddedVideo.MakeAsync(SizeBytes);
        JsonElement upload;
        string key;
        var first = await StartAsync();
        using (first)
        {
            upload = await SendAsync(first, HttpMethod.Post, "/api/uploads",
                new { filename = "match.mp4", content_type = "video/mp4", size_bytes = SizeBytes });
            key = upload.GetProperty("key").GetString()!;
            var urls = upload.GetProperty("part_urls").EnumerateArray().Select(url => url.GetString()!).ToList();
            Assert.Equal(128, urls.Count);
            foreach (var (index, url) in urls.Take(urls.Count / 2).Index())
            {
                await PutAsync(video, upload, index + 1, url);
            }
            await Assert.ThrowsAsync<HttpRequestException>(
                () => PutAsync(video, upload, (urls.Count / 2) + 1, urls[urls.Count / 2], breakAfter: 1024 * 1024));
            await first.KillAsync();
        }

        using var second = await StartAsync();
        await SendAsync(second, HttpMethod.Get, $"/api/uploads/{Uri.EscapeDataString(key)}");
        var before = MemoryBytes(second);
        var state = await SendAsync(second, HttpMethod.Get, $"/api/uploads/{Uri.EscapeDataString(key)}");
        Assert.Equal((64, 64), (state.GetProperty("parts").GetArrayLength(), state.GetProperty("part_urls").GetArrayLength()));
        foreach (var part in state.GetProperty("part_urls").EnumerateArray())
        {
            await PutAsync(video, upload, part.GetProperty("part_number").GetInt32(), part.GetProperty("url").GetString()!);
            // A page that asks after each part.
            await SendAsync(second, HttpMethod.Get, $"/api/uploads/{Uri.EscapeDataString(key)}");
        }
        state = await SendAsync(second, HttpMethod.Get, $"/api/uploads/{Uri.EscapeDataString(key)}");
        var completed = await SendAsync(second, HttpMethod.Post, "/api/uploads/complete", new
        {
            key,
            upload_id = state.GetProperty("upload_id").GetString(),
            parts = state.GetProperty("parts").EnumerateArray().Select(part => new
            {
                part_number = part.GetProperty("part_number").GetInt32(),
                etag = part.GetProperty("etag").GetString(),
            }),
        });
        var growth = MemoryBytes(second) - before;
        output.WriteLine($"Storage: {before / 1024 / 1024} MiB before, {growth / 1024 / 1024} MiB more after");

        Assert.Equal(SizeBytes, completed.GetProperty("size_bytes").GetInt64());
        foreach (var at in new[] { 0, SizeBytes / 2, SizeBytes - 4096 })
        {
            await AssertStoredAsync(video, key, at);
        }
        Assert.True(growth < MaxGrowthBytes, $"Storage needs {growth} bytes more after the upload.");
    }

    private Task<ServiceProcess> StartAsync() => ServiceProcess.StartAsync("Storage", storage.Settings);

    private async Task<JsonElement> SendAsync(ServiceProcess service, HttpMethod method, string path, object? body = null)
    {
        using var client = new HttpClient(new Http2Handler()) { BaseAddress = service.Address };
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add(InternalCredential.HeaderName, ServiceApp.Credential);
        request.Headers.Add(Caller.HeaderName, _user);
        using var response = await client.SendAsync(request);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer;
    }

    private async Task PutAsync(PaddedVideo video, JsonElement upload, int number, string url, long? breakAfter = null)
    {
        var size = upload.GetProperty("part_size_bytes").GetInt64();
        var from = (number - 1) * size;
        using var content = video.Range(from, Math.Min(size, video.SizeBytes - from), breakAfter);
        using var response = await storage.Browser.PutAsync(new Uri(url), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task AssertStoredAsync(PaddedVideo video, string key, long from)
    {
        var expected = new byte[4096];
        video.Read(from, expected);
        using var stored = await storage.S3.GetObjectAsync(new()
        {
            BucketName = StorageFixture.Bucket,
            Key = key,
            ByteRange = new(from, from + expected.Length - 1),
        });
        using var read = new MemoryStream();
        await stored.ResponseStream.CopyToAsync(read);
        Assert.Equal(expected, read.ToArray());
    }

    private static long MemoryBytes(ServiceProcess service) => 1024 * long.Parse(
        File.ReadLines($"/proc/{service.ProcessId}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
