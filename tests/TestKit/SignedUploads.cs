using System.Text.Json;

namespace ReelBallers.TestKit;

/// <summary>Uploads as a browser does them.</summary>
public static class SignedUploads
{
    /// <summary>Puts bytes to the signed URL of a response to <c>POST /api/uploads</c>, with the headers that it asks for.</summary>
    public static async Task<HttpResponseMessage> PutSignedAsync(this HttpClient browser, JsonElement upload, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, upload.GetProperty("upload_url").GetString())
        {
            Content = new ByteArrayContent(body),
        };
        foreach (var header in upload.GetProperty("headers").EnumerateObject())
        {
            if (!request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString()))
            {
                request.Content.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
            }
        }
        return await browser.SendAsync(request);
    }
}
