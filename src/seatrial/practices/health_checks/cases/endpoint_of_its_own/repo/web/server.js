const express = require('express');
const app = express();
app.get('/health', (req, res) => {
  res.status(200).send('ok');
});
app.listen(3000);
