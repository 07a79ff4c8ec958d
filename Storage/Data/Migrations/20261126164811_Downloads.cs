using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Storage.Data.Migrations
{
    /// <inheritdoc />
    public partial class Downloads : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "downloads",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    download_id = table.Column<Guid>(type: "uuid", nullable: false),
                    output_key = table.Column<string>(type: "text", nullable: false),
                    client_address = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    filename = table.Column<string>(type: "text", nullable: false),
                    first_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    link_count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_downloads", x => new { x.user_id, x.download_id });
                });

            migrationBuilder.CreateIndex(
                name: "ix_downloads_addresses",
                table: "downloads",
                column: "last_at",
                filter: "client_address <> ''");

            migrationBuilder.CreateIndex(
                name: "ix_downloads_last_at",
                table: "downloads",
                column: "last_at");

            migrationBuilder.CreateIndex(
                name: "ix_downloads_user_id_output_key_client_address",
                table: "downloads",
                columns: new[] { "user_id", "output_key", "client_address" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "downloads");
        }
    }
}
