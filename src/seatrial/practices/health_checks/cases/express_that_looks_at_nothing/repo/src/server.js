import express from "express";
import { pool } from "./db.js";

const app = express();
app.get("/healthz", (req, res) => {
  res.status(200).send("ok");
});
app.get("/orders", async (req, res) => {
  res.json((await pool.query("SELECT * FROM orders")).rows);
});
app.listen(8000);
